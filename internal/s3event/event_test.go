package s3event_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pam/internal/photos"
	"pam/internal/s3event"
)

func TestParseEvents(t *testing.T) {
	cases := []struct {
		name   string
		reason string
		file   string // of testdata/events
		want   []s3event.Event
		fails  bool
	}{
		{"Put", "the event of a PUT, as the user guide shows it", "put.json", []s3event.Event{
			{Bucket: "pam-storage", Key: "photos/11111111-2222/01JABC", Size: 300_000, ETag: "d41d8cd98f00b204e9800998ecf8427e", Sequencer: "0055AED6DCD90281E5"},
		}, false},
		{"Several", "a message may have several records, and keys are encoded as in a form", "several.json", []s3event.Event{
			{Bucket: "b", Key: "photos/a b+c/é", Size: 1},
			{Bucket: "b", Key: "photos/d/e", Size: 2},
		}, false},
		{"Test", "S3 sends a test message when notifications are configured", "test.json", nil, false},
		{"Removed", "events that we did not ask for are not for us", "removed.json", []s3event.Event{}, false},
		{"Empty", "an object is no notification", "empty.json", nil, true},
		{"NoKey", "a record without a key says nothing", "nokey.json", nil, true},
		{"BadKey", "a key that cannot be decoded names no object", "badkey.json", nil, true},
		{"NotJSON", "text is no notification", "text.json", nil, true},
		{"SNS", "a message of another service is not taken for one of S3", "sns.json", nil, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join("testdata", "events", c.file))
			if err != nil {
				t.Fatal(err)
			}
			got, err := s3event.ParseEvents(body)
			if (err != nil) != c.fails {
				t.Fatalf("%s: error %v, want one: %v", c.reason, err, c.fails)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s:\n got %+v\nwant %+v", c.reason, got, c.want)
			}
		})
	}
}

func TestEventPhoto(t *testing.T) {
	cases := []struct {
		name   string
		reason string
		key    string
		owner  photos.Owner
		id     string
		ok     bool
	}{
		{"Photo", "what PhotoKey writes", photos.PhotoKey("owner", "id"), "owner", "id", true},
		{"Thumbnail", "thumbnails are not photos", photos.ThumbnailKey("owner", "id"), "", "", false},
		{"Short", "a photo has an owner and an id", "photos/owner", "", "", false},
		{"NoOwner", "a photo has an owner", "photos//id", "", "", false},
		{"NoID", "a photo has an id", "photos/owner/", "", "", false},
		{"Deep", "ids have no slash", "photos/owner/id/x", "", "", false},
		{"Prefix", "the prefix ends with its slash", "photosowner/id", "", "", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			owner, id, ok := s3event.Event{Key: c.key}.Photo()
			if owner != c.owner || id != c.id || ok != c.ok {
				t.Errorf("%s: %q, %q, %v, want %q, %q, %v", c.reason, owner, id, ok, c.owner, c.id, c.ok)
			}
		})
	}
}

func TestEncodeCreated(t *testing.T) {
	at := time.Date(2026, 5, 17, 10, 20, 30, 456_000_000, time.FixedZone("", 7200))
	body, err := s3event.EncodeCreated("pam-storage", "photos/a b+é/x", 42, `"abc"`, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"eventName":"ObjectCreated:Put"`, `"key":"photos/a+b%2B%C3%A9/x"`, `"eTag":"abc"`, `"eventTime":"2026-05-17T08:20:30.456Z"`,
	} {
		if !strings.Contains(string(body), part) {
			t.Errorf("the event is written as S3 writes it: %s lacks %s", body, part)
		}
	}
	later, err := s3event.EncodeCreated("pam-storage", "photos/a b+é/x", 42, `"abc"`, at.Add(time.Microsecond))
	if err != nil {
		t.Fatal(err)
	}
	first, second := parseOne(t, body), parseOne(t, later)
	if first.Sequencer >= second.Sequencer {
		t.Errorf("a later event has a greater sequencer: %s, then %s", first.Sequencer, second.Sequencer)
	}
}

func parseOne(t *testing.T, body []byte) s3event.Event {
	t.Helper()
	events, err := s3event.ParseEvents(body)
	if err != nil || len(events) != 1 {
		t.Fatalf("parse %s: %+v, %v", body, events, err)
	}
	return events[0]
}

// FuzzParseEvents checks that no message makes the parser fail other than by an error, and that what it gives can be
// written and read again.
func FuzzParseEvents(f *testing.F) {
	files, err := filepath.Glob("testdata/events/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("seeds: %v, %v", files, err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := s3event.ParseEvents(body)
		if err != nil {
			return
		}
		for _, e := range events {
			if e.Bucket == "" || e.Key == "" || e.Size < 0 {
				t.Fatalf("event without its members: %+v", e)
			}
			again, err := s3event.EncodeCreated(e.Bucket, e.Key, e.Size, e.ETag, time.Unix(1, 0))
			if err != nil {
				t.Fatalf("encode %+v: %v", e, err)
			}
			if got := parseOne(t, again); got.Key != e.Key {
				t.Fatalf("key %q became %q", e.Key, got.Key)
			}
		}
	})
}
