package dynamo_test

import (
	"flag"
	"os"
	"testing"

	"pam/internal/aws/dynamo/dynamotest"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

// checks sets how many sequences each property test tries, unless the command line says so.
func checks(t *testing.T, n string) {
	t.Helper()
	const name = "rapid.checks"
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	before := flag.Lookup(name).Value.String()
	if err := flag.Set(name, n); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := flag.Set(name, before); err != nil {
			t.Error(err)
		}
	})
}

// The property tests take fewer sequences here than on SQLite, since minidyn takes longer with each item of a table.
func TestCatalogOnMinidyn(t *testing.T) {
	checks(t, "10")
	client := dynamotest.Client(dynamotest.Minidyn(t))
	photostest.Catalog(t, func(t *testing.T) photos.Catalog { return dynamotest.Catalog(t, client) })
}

// The same suite on another server that speaks the protocol.
func TestCatalogOnEndpoint(t *testing.T) {
	endpoint := os.Getenv("PAM_TEST_DYNAMODB_ENDPOINT")
	if endpoint == "" {
		t.Skip("PAM_TEST_DYNAMODB_ENDPOINT names no server to run the suite on")
	}
	checks(t, "10")
	client := dynamotest.Client(endpoint)
	photostest.Catalog(t, func(t *testing.T) photos.Catalog { return dynamotest.Catalog(t, client) })
}
