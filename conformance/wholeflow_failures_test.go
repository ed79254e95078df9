package conformance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"pam/internal/absent"
	"pam/internal/aws/dynamo"
	"pam/internal/aws/settings"
	"pam/internal/aws/sqs"
	"pam/internal/photos"
	"pam/internal/s3"
)

// repeatEverything hands out every message that there ever was once more, last first: nothing may change.
func (f *flow) repeatEverything() {
	before, labels := f.archiveNow(), f.counts()
	for q, m := range map[queue]*mapping{f.detector: f.detecting, f.archiver: f.archiving} {
		bodies := slices.DeleteFunc(m.bodies(), func(body string) bool { return body == nonsense })
		slices.Reverse(bodies)
		seen := map[string]int{}
		for _, body := range bodies {
			seen[body], _ = m.handled(body)
		}
		f.send(q, slices.Sorted(maps.Keys(seen))...)
		f.eventually("repeated messages are handled", func() bool {
			for body, times := range seen {
				if done, _ := m.handled(body); done <= times {
					return false
				}
			}
			return true
		})
	}
	after := f.archiveNow()
	if after.Status != "READY" || after.Size != before.Size || after.ReadyAt != before.ReadyAt || after.PhotoCount != before.PhotoCount {
		f.Errorf("repeated jobs made %+v of %+v", after, before)
	}
	if !bytes.Equal(fetch(f.T, after.DownloadURL), f.content) {
		f.Errorf("repeated jobs changed the zip")
	}
	if again := f.counts(); again != labels || f.notices() != 1 || f.photos("LABELLED").TotalCount != len(f.uploads) || f.photos("REJECTED").TotalCount != 1 {
		f.Errorf("repeated events changed counts: %s, then %s", labels, again)
	}
}

// counts is what the labels count, as text.
func (f *flow) counts() string {
	data, _ := f.api.overURL(`{labels(first:500,minConfidence:50){nodes{name count}} me{photoCount pendingCount rejectedCount storedBytes}}`, nil)
	return string(data)
}

// loseAnEvent uploads a photo of which nobody tells the detector, ten minutes ago by the catalog's record; the sweeper finds
// it.
func (f *flow) loseAnEvent() {
	content, err := os.ReadFile(filepath.Join("..", "testdata", "photos", "lizard-on-branch.jpg"))
	if err != nil {
		f.Fatal(err)
	}
	u := f.announceEarlier(file{"lizard.jpg", "image/jpeg", content})
	put(f.T, u)
	event, err := json.Marshal(f.api.event("sweepevent", "testdata", "scheduled.json"))
	if err != nil {
		f.Fatal(err)
	}
	answer, err := f.start(settings.Sweeper).InvokeBytes(f.Context(), event)
	var swept photos.Swept
	if err != nil || json.Unmarshal(answer, &swept) != nil || swept != (photos.Swept{PhotosResent: 1}) {
		f.Errorf("the sweeper: %s, %v: want the one photo resent and nothing else touched", answer, err)
	}
	f.eventually("the lost photo is LABELLED", func() bool { return f.photos("LABELLED").TotalCount == len(f.uploads)+1 })
}

// announceEarlier announces a photo as the API did ten minutes ago.
func (f *flow) announceEarlier(photo file) upload {
	library, err := photos.NewLibrary(photos.Config{
		Catalog:   dynamo.New(dynamodb.NewFromConfig(f.configs[settings.DynamoDB]), f.table),
		Objects:   s3.New(f.configs[settings.S3], s3.Buckets{Storage: f.storage, Working: f.working}),
		Inspector: absent.Inspector{}, Labeler: absent.Labeler{}, Queue: sqs.New(f.configs[settings.SQS], sqs.URLs{Detector: f.detector.url, Archiver: f.archiver.url}), Notifier: absent.Notifier{}, Directory: absent.Directory{},
		Now: func() time.Time { return time.Now().Add(-10 * time.Minute) }, NewID: photos.ULIDs(), Logger: slog.New(slog.NewTextHandler(f.Output(), nil)),
	})
	if err != nil {
		f.Fatal(err)
	}
	begun, err := library.BeginUpload(f.Context(), photos.Owner(f.person), photos.UploadInput{
		FileName: photo.name, ContentType: photo.contentType, Size: len(photo.bytes), CRC32: crc32Of(photo.bytes),
	})
	if err != nil {
		f.Fatalf("begin an upload: %v", err)
	}
	u := upload{URL: begun.Request.URL, Method: begun.Request.Method, file: photo, key: begun.Photo.Key()}
	for _, h := range begun.Request.Headers {
		u.Headers = append(u.Headers, struct{ Name, Value string }{h.Name, h.Value})
	}
	return u
}

// failForGood uploads a photo that cannot be labelled, as Rekognition is away whenever it is asked: it ends REJECTED for its
// owner, and its message among the dead letters for the operator.
func (f *flow) failForGood() {
	f.detecting.stop()
	away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"__type":"InternalServerError"}`)
	}))
	f.Cleanup(away.Close)
	f.broken = f.connect(f.detector, 5, f.start(settings.Detector, "AWS_ENDPOINT_URL_"+settings.Rekognition+"="+away.URL))
	content, err := os.ReadFile(filepath.Join("..", "testdata", "photos", "raccoon.jpg"))
	if err != nil {
		f.Fatal(err)
	}
	u := f.api.announce(file{"raccoon.jpg", "image/jpeg", content})[0]
	put(f.T, u)
	event := f.putEvent(u.key, len(content))
	f.send(f.detector, event)
	f.eventually("the message of the photo is a dead letter", func() bool { return slices.Contains(f.deadLetters(f.detector), event) })
	// It waits for its next try, which this detector may have to make.
	f.eventually("nonsense is a dead letter", func() bool { return slices.Contains(f.deadLetters(f.detector), nonsense) })
	f.broken.stop()
	if done, failed := f.broken.handled(event); done != 0 || failed != maxReceives {
		f.Errorf("the message was handled %d times and failed %d times, want %d failures", done, failed, maxReceives)
	}
	var codes []string
	for _, p := range f.photos("REJECTED").Nodes {
		codes = append(codes, p.FileName+" "+p.Rejection.Code)
	}
	slices.Sort(codes)
	if want := []string{"poem.jpg NOT_AN_IMAGE", "raccoon.jpg LABELLING_FAILED"}; !slices.Equal(codes, want) {
		f.Errorf("rejected: %v, want %v", codes, want)
	}
}

// buryNonsense looks at the message that meant nothing, now a dead letter: the others of its batches were deleted, and it alone came again.
func (f *flow) buryNonsense() {
	done, failed := f.detecting.handled(nonsense)
	laterDone, laterFailed := f.broken.handled(nonsense)
	if done, failed := done+laterDone, failed+laterFailed; done != 0 || failed != maxReceives {
		f.Errorf("nonsense was handled %d times and failed %d times, want %d failures", done, failed, maxReceives)
	}
	if letters := f.deadLetters(f.archiver); len(letters) > 0 {
		f.Errorf("jobs of the archiver are dead letters: %v", letters)
	}
}
