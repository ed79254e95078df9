// Package dynamotest gives tests a table: in process, on another server that speaks DynamoDB's protocol, or on AWS. It can
// stand between the catalog and the table, to make trouble as DynamoDB does and to count what the catalog asks for.
package dynamotest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"
	"github.com/truora/minidyn/server"

	"pam/internal/aws/dynamo"
)

// tableWait is how long a new table may take to be there; on AWS it takes some seconds.
const tableWait = time.Minute

// Client gives a client of a server that asks for no real keys.
func Client(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "test", ""),
	})
}

// NewTable makes a table with a name of its own, and deletes it at the end of the test.
func NewTable(t testing.TB, client *dynamodb.Client) (name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tableWait)
	defer cancel()
	name = "pam-test-" + ulid.Make().String()
	if _, err := client.CreateTable(ctx, dynamo.TableDefinition(name)); err != nil {
		t.Fatalf("create a table: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tableWait)
		defer cancel()
		if _, err := client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Errorf("delete the table %s: %v", name, err)
		}
	})
	if err := waitForTable(ctx, client, name); err != nil {
		t.Fatalf("wait for the table %s: %v", name, err)
	}
	return name
}

// waitForTable waits until a table can be used.
func waitForTable(ctx context.Context, client *dynamodb.Client, name string) error {
	for {
		out, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
		if err != nil {
			return fmt.Errorf("describe the table: %w", err)
		}
		if out.Table != nil && out.Table.TableStatus != types.TableStatusCreating { // minidyn says nothing of the status
			return nil
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Catalog gives an empty catalog on a table of its own.
func Catalog(t testing.TB, client *dynamodb.Client, options ...dynamo.Option) *dynamo.Catalog {
	t.Helper()
	return dynamo.New(client, NewTable(t, client), options...)
}

// Minidyn is a DynamoDB in process, to be served as it is or behind Trouble or a Meter. It is correct in what the catalog
// uses of it, but looks at every item of the table for each query, and copies the table for each transaction.
func Minidyn() http.Handler { return server.NewServer() }

// Serve starts a handler as a server for the duration of the test and gives a client of it.
func Serve(t testing.TB, h http.Handler) *dynamodb.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return Client(s.URL)
}
