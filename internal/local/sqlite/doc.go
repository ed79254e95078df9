// Package sqlite is PAM's floor on a laptop: the ports photos.Catalog and photos.JobQueue on one SQLite file. It stands
// where DynamoDB and SQS stand in the cloud, and passes the same conformance suites (package photos/photostest).
//
// A database has one connection that writes and a pool of connections that read. SQLite lets one transaction write at a
// time anyway; with one connection the wait is a queue of Go's, first come first served, instead of SQLite's polling.
// In WAL mode readers never wait for the writer. Other processes may open the same file: SQLite's own locks keep them
// apart, and a writer that waits too long gets an error that wraps photos.ErrBusy.
//
// What is committed survives kill -9. What a caller was told also survives a power cut, because commits are synced to
// the disk (PRAGMA synchronous = FULL). Excepted is the book-keeping of jobs: of one that was handed out or done, and of a
// part of an archive that it built, a power cut may bring the earlier state back, and the job comes once more, which the
// ports allow.
//
// The driver is modernc.org/sqlite: SQLite in Go, so that the binary needs no C compiler and no shared library.
package sqlite
