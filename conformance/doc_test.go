// Package conformance_test holds PAM, as a whole, against programs that are not PAM's. Beside it, audit.mjs holds the
// program against the audits of GraphQL over HTTP, and standins starts what stands in for AWS.
package conformance_test
