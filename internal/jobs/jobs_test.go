package jobs_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pam/internal/jobs"
	"pam/internal/photos"
	"pam/internal/s3event"
)

func TestParse(t *testing.T) {
	event := func(key string) string {
		b, err := s3event.EncodeCreated("pam-storage", key, 3, `"e"`, time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	part, err := json.Marshal(photos.Job{Kind: photos.JobPart, Owner: "o", ArchiveID: "a", Part: 7})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, reason, message string
		want                  []photos.Job
		bad                   bool
	}{
		{name: "job", reason: "what Send writes must be read back whole", message: string(part), want: []photos.Job{{Kind: photos.JobPart, Owner: "o", ArchiveID: "a", Part: 7}}},
		{name: "photo", reason: "a new object under photos/ is to be labelled", message: event("photos/o/01J"), want: []photos.Job{{Kind: photos.JobLabel, Owner: "o", PhotoID: "01J"}}},
		{name: "thumbnail", reason: "our own thumbnails must not come back as photos", message: event("thumbs/o/01J")},
		{name: "test", reason: "S3 sends one when notifications are set up", message: `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-01T00:00:00.000Z","Bucket":"b"}`},
		{name: "foreign", reason: "what nobody understands must become a dead letter, not vanish", message: `{"hello":1}`, bad: true},
		{name: "garbage", reason: "what nobody understands must become a dead letter, not vanish", message: `hello`, bad: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := jobs.Parse([]byte(c.message))
			if (err != nil) != c.bad {
				t.Fatalf("%s: %v", c.reason, err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s:\n%s", c.reason, d)
			}
		})
	}
}
