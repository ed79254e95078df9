package infra

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"pam/internal/aws/dynamo"
	"pam/internal/photos"
)

// TestTheTableIsTheOneThatTheCatalogExpects compares keys, their types and indexes.
func TestTheTableIsTheOneThatTheCatalogExpects(t *testing.T) {
	tpl := readTemplate(t)
	tables := tpl.ofType("AWS::DynamoDB::Table")
	if len(tables) != 1 {
		t.Fatalf("the template has %d tables, want 1", len(tables))
	}
	for id, table := range tables {
		want := dynamo.TableDefinition("any")
		var keys, attributes []string
		for _, k := range want.KeySchema {
			keys = append(keys, aws.ToString(k.AttributeName)+" "+string(k.KeyType))
		}
		for _, a := range want.AttributeDefinitions {
			attributes = append(attributes, aws.ToString(a.AttributeName)+" "+string(a.AttributeType))
		}
		equal(t, id+": keys", pairs(t, tpl, table.Properties["KeySchema"], "KeyType"), keys)
		equal(t, id+": attributes", pairs(t, tpl, table.Properties["AttributeDefinitions"], "AttributeType"), attributes)
		if len(want.GlobalSecondaryIndexes)+len(want.LocalSecondaryIndexes) > 0 || table.Properties["GlobalSecondaryIndexes"] != nil {
			t.Error("compare the indexes here: this test was written when the catalog had none")
		}
		if got := table.Properties["BillingMode"]; got != string(want.BillingMode) {
			t.Errorf("the table is paid by %v, want %s", got, want.BillingMode)
		}
		ttl, _ := table.Properties["TimeToLiveSpecification"].(map[string]any)
		if ttl["AttributeName"] != dynamo.TTLAttribute || ttl["Enabled"] != true {
			t.Errorf("time to live is %v, want it by %s", ttl, dynamo.TTLAttribute)
		}
	}
}

// TestTheQueueHearsOfPhotosOnly compares the prefix of notifications with that of keys: one for thumbnails would have the
// detector feed itself.
func TestTheQueueHearsOfPhotosOnly(t *testing.T) {
	tpl := readTemplate(t)
	var prefixes []string
	for _, bucket := range tpl.ofType("AWS::S3::Bucket") {
		notifications, _ := bucket.Properties["NotificationConfiguration"].(map[string]any)
		queues, _ := notifications["QueueConfigurations"].([]any)
		for _, q := range queues {
			filter, _ := q.(map[string]any)["Filter"].(map[string]any)
			key, _ := filter["S3Key"].(map[string]any)
			rules, _ := key["Rules"].([]any)
			for _, rule := range rules {
				r := rule.(map[string]any)
				prefixes = append(prefixes, r["Name"].(string)+" "+tpl.text(t, r["Value"]))
			}
		}
	}
	equal(t, "notifications", prefixes, []string{"prefix " + photos.PhotoPrefix})
}

// pairs gives each element's name and another of its members.
func pairs(t *testing.T, tpl template, list any, member string) []string {
	t.Helper()
	var found []string
	elements, _ := list.([]any)
	for _, element := range elements {
		e := element.(map[string]any)
		found = append(found, tpl.text(t, e["AttributeName"])+" "+tpl.text(t, e[member]))
	}
	return found
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}
