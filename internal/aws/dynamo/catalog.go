package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"pam/internal/photos"
)

// Catalog keeps PAM's records in a table. Its methods are split over files by what they keep, as the port is. It has no
// state of its own, so any number of processes may share a table.
type Catalog struct {
	client *dynamodb.Client
	table  string
	retry  Retry
}

var _ photos.Catalog = (*Catalog)(nil)

// New gives the catalog in the named table, which must be as TableDefinition says. It sends nothing, so a cold start does
// not wait for it. The catalog retries on its own: whatever retryer the client has is not used.
func New(client *dynamodb.Client, table string, options ...Option) *Catalog {
	c := &Catalog{client: client, table: table, retry: defaultRetry()}
	for _, option := range options {
		option(c)
	}
	return c
}

// Option changes how a catalog works.
type Option func(*Catalog)

// WithRetry sets how often and how patiently the catalog tries again.
func WithRetry(r Retry) Option { return func(c *Catalog) { c.retry = r } }
