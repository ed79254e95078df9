// Package s3 keeps the bytes of PAM in Amazon S3, or in a server that speaks its protocol: it implements the port
// photos.Objects on the AWS SDK.
//
// It is used in production and on the laptop alike. Production gives New the configuration of its role; the laptop gives
// it the address and keys of the server that package local/s3server embeds. Nothing else in the tree talks S3.
package s3
