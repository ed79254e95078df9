// Package s3event reads and writes the notifications that Amazon S3 sends about new objects. It knows their format and
// nothing else: package jobs reads what S3 or the laptop's object store has sent, and the latter writes it.
package s3event

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"pam/internal/photos"
)

// Event says that an object was created. Source of the format: "Event message structure" in the S3 user guide, version
// 2.x.
type Event struct {
	Bucket    string
	Key       string // decoded
	Size      int64
	ETag      string // without quotes, as S3 gives it here
	Sequencer string // orders the events of one key: compare as hexadecimal strings, padded to one length
}

// Photo gives the photo that the object is, by its key photos/{owner}/{id}; ok is false for any other key.
func (e Event) Photo() (owner photos.Owner, id string, ok bool) {
	rest, ok := strings.CutPrefix(e.Key, photos.PhotoPrefix)
	if !ok {
		return "", "", false
	}
	name, id, ok := strings.Cut(rest, "/")
	if !ok || name == "" || id == "" || strings.Contains(id, "/") {
		return "", "", false
	}
	return photos.Owner(name), id, true
}

// notification is the JSON of S3, of which other members are ignored.
type notification struct {
	// Event is set in the message that S3 sends when notifications are configured ("s3:TestEvent").
	Event   string   `json:"Event,omitempty"`
	Records []record `json:"Records"`
}

type record struct {
	EventVersion string   `json:"eventVersion"`
	EventSource  string   `json:"eventSource"`
	AWSRegion    string   `json:"awsRegion"`
	EventTime    string   `json:"eventTime"`
	EventName    string   `json:"eventName"`
	S3           recordS3 `json:"s3"`
}

type recordS3 struct {
	SchemaVersion string       `json:"s3SchemaVersion"`
	Bucket        recordBucket `json:"bucket"`
	Object        recordObject `json:"object"`
}

type recordBucket struct {
	Name string `json:"name"`
	ARN  string `json:"arn"`
}

type recordObject struct {
	Key       string `json:"key"`
	Size      int64  `json:"size"`
	ETag      string `json:"eTag"`
	Sequencer string `json:"sequencer"`
}

// testEvent is the message that S3 sends once when notifications are configured.
const testEvent = "s3:TestEvent"

// createdPrefix begins the names of the events that we ask for; records carry them without "s3:".
const createdPrefix = "ObjectCreated:"

// ParseEvents reads an event notification, as S3 sends it to a queue or a function. Events of other kinds than
// ObjectCreated and S3's test message give none. What is not an event notification is an error: it must end as a dead
// letter that somebody looks at, not be dropped.
func ParseEvents(body []byte) ([]Event, error) {
	var n notification
	if err := json.Unmarshal(body, &n); err != nil {
		return nil, fmt.Errorf("s3event: event notification: %w", err)
	}
	if n.Event == testEvent {
		return nil, nil
	}
	if len(n.Records) == 0 {
		return nil, errors.New("s3event: event notification without Records")
	}
	events := make([]Event, 0, len(n.Records))
	for i, r := range n.Records {
		if r.EventName == "" || r.S3.Bucket.Name == "" || r.S3.Object.Key == "" {
			return nil, fmt.Errorf("s3event: event notification: record %d lacks its event, bucket or key", i)
		}
		if !strings.HasPrefix(strings.TrimPrefix(r.EventName, "s3:"), createdPrefix) {
			continue
		}
		key, err := url.QueryUnescape(r.S3.Object.Key) // a space comes as "+"
		if err != nil {
			return nil, fmt.Errorf("s3event: event notification: key of record %d: %w", i, err)
		}
		if r.S3.Object.Size < 0 {
			return nil, fmt.Errorf("s3event: event notification: record %d has a negative size", i)
		}
		events = append(events, Event{
			Bucket:    r.S3.Bucket.Name,
			Key:       key,
			Size:      r.S3.Object.Size,
			ETag:      r.S3.Object.ETag,
			Sequencer: r.S3.Object.Sequencer,
		})
	}
	return events, nil
}

// EncodeCreated writes the notification that S3 would send for an object PUT at that time into a bucket of region
// us-east-1. The server of package local/s3server announces new objects with it.
func EncodeCreated(bucket, key string, size int64, etag string, at time.Time) ([]byte, error) {
	body, err := json.Marshal(notification{Records: []record{{
		EventVersion: "2.1",
		EventSource:  "aws:s3",
		AWSRegion:    "us-east-1",
		EventTime:    at.UTC().Format("2006-01-02T15:04:05.000Z"),
		EventName:    createdPrefix + "Put",
		S3: recordS3{
			SchemaVersion: "1.0",
			Bucket:        recordBucket{Name: bucket, ARN: "arn:aws:s3:::" + bucket},
			Object: recordObject{
				// S3 leaves slashes as they are and writes a space as "+".
				Key:       strings.ReplaceAll(url.QueryEscape(key), "%2F", "/"),
				Size:      size,
				ETag:      strings.Trim(etag, `"`),
				Sequencer: fmt.Sprintf("%016X", at.UnixNano()),
			},
		},
	}}})
	if err != nil {
		return nil, fmt.Errorf("s3event: encode event of %s: %w", key, err)
	}
	return body, nil
}
