// Package photos is the domain of PAM: what a photo, a label and an archive are, which rules hold for them, and the
// use cases (Library) that the outside may ask for.
//
// It stands at the centre of the tree. It knows no AWS, HTTP, GraphQL or SQL: whatever it needs from outside is a
// port, a small interface declared here whose doc comment is its contract (Catalog, Objects, Labeler, JobQueue,
// Notifier, Directory, Inspector). Package photostest proves each contract on every implementation. The only packages
// of ours that it imports are pure: zipper, the zip format.
package photos
