// Package s3server runs an S3 server inside the pam program, so that the laptop uses the same code, the same signed URLs
// and the same checks as production. It embeds versitygw, an S3 gateway, on a folder of the local disk.
//
// The server listens on a port of its own, with keys of its own that it makes at the first start; nothing in it can be
// reached without a signature. What S3 does by configuration in production is done here in code: the two buckets, their
// CORS rules, and an event for every new photo. docs/decisions/0005-embedded-s3.md tells why it was chosen, and what it
// does not do: versions, lifecycle rules and storage classes.
package s3server
