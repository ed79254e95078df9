package dynamo_test

import (
	"flag"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"pam/internal/aws/awstest"
	"pam/internal/aws/dynamo"
	"pam/internal/aws/dynamo/dynamotest"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

// checks sets how many sequences each property test tries, unless the command line says so.
func checks(t *testing.T, n string) {
	t.Helper()
	const name = "rapid.checks"
	before := flag.Lookup(name).Value.String()
	if before != flag.Lookup(name).DefValue { // flag.Visit would also see what an earlier test has set
		return
	}
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
	if underRace {
		checks(t, "3")
	} else {
		checks(t, "10")
	}
	client := dynamotest.Serve(t, dynamotest.Minidyn())
	photostest.Catalog(t, func(t *testing.T) photos.Catalog { return dynamotest.Catalog(t, client) })
}

// The same suite on whatever speaks the protocol: stand-ins that were started for it, and AWS.
func TestCatalogOnAWS(t *testing.T) {
	awstest.Each(t, awstest.DynamoDB, func(t *testing.T, cfg aws.Config) {
		checks(t, "5")
		var options []dynamo.Option
		if awstest.IsStandIn(cfg) {
			// The stand-ins do not keep transactions apart that come at once, and are slow with large ones.
			cfg.HTTPClient = dynamotest.OneAtATime(http.DefaultClient)
			options = append(options, dynamo.WithRetry(dynamo.Retry{Attempts: 3, Base: time.Millisecond, Cap: time.Second, Timeout: 2 * time.Minute}))
		}
		client := dynamodb.NewFromConfig(cfg)
		photostest.Catalog(t, func(t *testing.T) photos.Catalog { return dynamotest.Catalog(t, client, options...) })
	})
}
