package conformance_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"pam/internal/absent"
	"pam/internal/aws/awstest"
	"pam/internal/aws/calllog"
	"pam/internal/aws/dynamo"
	"pam/internal/aws/dynamo/dynamotest"
	"pam/internal/aws/rekognition"
	"pam/internal/aws/sns"
	"pam/internal/aws/sqs"
	"pam/internal/imaging"
	"pam/internal/jobs"
	"pam/internal/local/s3server"
	"pam/internal/photos"
	"pam/internal/s3"
)

// The photos whose price docs/cost.md tells.
const (
	pricedPhotos = 1000
	fullPhotos   = 300     // those that carry ten labels; of the others only the archive is told
	pricedBytes  = 300_000 // of each
	pricedOwner  = photos.Owner("0b1d2c3e-0000-4000-8000-000000000001")
)

// shares says of each of a photo's ten labels how many there are of its kind: the first is on every photo, the second on
// every second one, and so on. 231 labels altogether.
var shares = [...]int{1, 2, 3, 5, 8, 13, 21, 34, 55, 89} //nolint:gochecknoglobals // a table

// labelsOf names the labels of a photo by its number.
func labelsOf(number int) []string {
	names := make([]string, len(shares))
	for i, share := range shares {
		names[i] = fmt.Sprintf("Label %d of %d", number%share, share)
	}
	return names
}

// priced is the library on AWS's adapters, before servers in this process that answer them, and what counts their calls.
// DynamoDB's units are computed from items (dynamotest.Meter). Requests to S3 are counted on the wire, as the adapter's
// reads pass the SDK by.
type priced struct {
	*testing.T
	*photos.Library
	meter    *dynamotest.Meter
	calls    *calllog.Memory
	store    *recorder
	numbers  map[string]int // of photos, by key
	mu       sync.Mutex
	messages []string // on the archiver's queue
}

func newPriced(t *testing.T) *priced {
	t.Helper()
	p := &priced{T: t, meter: dynamotest.NewMeter(dynamotest.Minidyn()), calls: &calllog.Memory{}, numbers: map[string]int{}}
	table := httptest.NewServer(p.meter)
	t.Cleanup(table.Close)
	services := httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(services.Close)
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	objects, err := s3server.Open(t.Context(), s3server.Config{Folder: t.TempDir(), Addr: "127.0.0.1:0", Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := objects.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	config := awstest.StandIn(services.URL)
	config.APIOptions = []func(*middleware.Stack) error{calllog.Option(p.calls)}
	store := objects.AWSConfig()
	var address string
	p.store, address = record(t, aws.ToString(store.BaseEndpoint))
	store.BaseEndpoint = aws.String(address)
	tables := config.Copy()
	tables.BaseEndpoint, tables.HTTPClient = aws.String(table.URL), dynamotest.OneAtATime(http.DefaultClient) // the meter wants it
	db := dynamodb.NewFromConfig(tables)
	notifier, err := sns.New(config, sns.Config{TopicPrefix: "arn:aws:sns:us-east-1:111122223333:pam-", Site: site})
	if err != nil {
		t.Fatal(err)
	}
	p.Library, err = photos.NewLibrary(photos.Config{
		Catalog:   dynamo.New(db, dynamotest.NewTable(t, db)),
		Objects:   s3.New(store, s3.Buckets{Storage: s3server.StorageBucket, Working: s3server.WorkingBucket}),
		Inspector: imaging.Inspector{}, Labeler: rekognition.New(config, s3server.StorageBucket),
		Queue:    sqs.New(config, sqs.URLs{Detector: services.URL + "/1/detector", Archiver: services.URL + "/1/archiver"}),
		Notifier: notifier, Directory: absent.Directory{},
		Now: time.Now, NewID: photos.ULIDs(), Logger: logger, StoreExpires: true, Settling: time.Nanosecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.take()
	return p
}

// serve answers for Rekognition, SQS and SNS, each of which is told by how it is asked.
func (p *priced) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var answer any
	switch target := r.Header.Get("X-Amz-Target"); {
	case target == "RekognitionService.DetectLabels":
		answer, err = p.detect(body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	case target == "AmazonSQS.SendMessageBatch":
		answer, err = p.keep(body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	case strings.Contains(string(body), "Action=Publish"):
		_, _ = io.WriteString(w, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`)
		return
	default:
		err = fmt.Errorf("nobody answers %s %s", target, body)
	}
	if err == nil {
		err = json.NewEncoder(w).Encode(answer)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// detect gives a photo its ten labels, with the parents and categories that Rekognition's usually have.
func (p *priced) detect(body []byte) (any, error) {
	var in struct {
		Image struct{ S3Object struct{ Name string } }
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	p.mu.Lock()
	number, known := p.numbers[in.Image.S3Object.Name]
	p.mu.Unlock()
	if !known {
		return nil, fmt.Errorf("there is no object %q", in.Image.S3Object.Name)
	}
	names := labelsOf(number)
	if number >= fullPhotos {
		names = names[:1] // the table in this process takes its time for each item
	}
	labels := make([]any, len(names))
	for i, name := range names {
		labels[i] = map[string]any{
			"Name": name, "Confidence": 97.123456 - float64(i), "Categories": []any{map[string]string{"Name": "Animals and Pets"}},
			"Parents": []any{map[string]string{"Name": names[0]}},
		}
	}
	return map[string]any{"LabelModelVersion": "3.0", "Labels": labels}, nil
}

// keep takes messages for the archiver.
func (p *priced) keep(body []byte) (any, error) {
	var in struct {
		QueueURL string `json:"QueueUrl"`
		Entries  []struct {
			ID          string `json:"Id"`
			MessageBody string
		}
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	if !strings.HasSuffix(in.QueueURL, "/archiver") {
		return nil, fmt.Errorf("a message for %s", in.QueueURL)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := []any{}
	for _, e := range in.Entries {
		p.messages = append(p.messages, e.MessageBody)
		sum := md5.Sum([]byte(e.MessageBody)) //nolint:gosec // it is SQS's own
		taken = append(taken, map[string]string{"Id": e.ID, "MessageId": "1", "MD5OfMessageBody": hex.EncodeToString(sum[:])})
	}
	return map[string]any{"Successful": taken, "Failed": []any{}}, nil
}

// usage is what a piece of work has used, by the rows of docs/cost.md.
type usage map[string]float64

// The rows that are counted.
const (
	dynamoCalls   = "DynamoDB calls"
	writeUnits    = "DynamoDB write units"
	readUnits     = "DynamoDB read units"
	s3Writes      = "S3 PUT, COPY, POST, LIST"
	s3Reads       = "S3 GET, HEAD"
	rekognitions  = "Rekognition images"
	sqsOwn        = "SQS requests by PAM"
	sqsAround     = "SQS requests by S3 and Lambda"
	snsPublishes  = "SNS messages"
	apiCalls      = "Lambda: api"
	detectorCalls = "Lambda: detector"
	archiverCalls = "Lambda: archiver"

	failures = "calls that failed or were repeated" // of which there should be none
)

// take gives what was used since it was last asked.
func (p *priced) take() usage {
	units := p.meter.Take()
	u := usage{writeUnits: units.WriteUnits, readUnits: units.ReadUnits}
	for _, call := range p.calls.Take() {
		if call.Attempts != 1 || call.ErrorCode != "" {
			u[failures]++
		}
		row, known := map[string]string{"DynamoDB": dynamoCalls, "Rekognition": rekognitions, "SQS": sqsOwn, "SNS": snsPublishes}[call.Service]
		if !known {
			p.Errorf("%s %s has no row", call.Service, call.Operation)
		}
		u[row] += float64(call.Attempts)
	}
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	for _, request := range p.store.seen {
		switch {
		case request.method == http.MethodGet && request.query.Has("list-type"), request.method == http.MethodPut, request.method == http.MethodPost:
			u[s3Writes]++
		case request.method == http.MethodGet, request.method == http.MethodHead:
			u[s3Reads]++
		case request.method != http.MethodDelete: // which costs nothing
			p.Errorf("S3 %s has no row", request.method)
		}
	}
	p.store.seen = nil
	return u
}

// upload announces photos from a number on, 100 at a time, sends their bytes, and labels them one by one, as events come.
func (p *priced) upload(begin, end int) usage {
	p.Helper()
	handler := jobs.Handler{Library: p.Library}
	batches := 0
	for from := begin; from < end; from += photos.MaxUploadsAtOnce {
		batches++
		var files []file
		var inputs []photos.UploadInput
		for n := from; n < min(from+photos.MaxUploadsAtOnce, end); n++ {
			f := file{fmt.Sprintf("IMG_%04d.jpg", n), "image/jpeg", picture(p.T, n)}
			files = append(files, f)
			inputs = append(inputs, photos.UploadInput{FileName: f.name, ContentType: f.contentType, Size: len(f.bytes), CRC32: crc32Of(f.bytes)})
		}
		outcomes, err := p.BeginUploads(p.Context(), pricedOwner, inputs)
		if err != nil {
			p.Fatal(err)
		}
		for i, o := range outcomes {
			if o.Err != nil {
				p.Fatal(o.Err)
			}
			u := upload{URL: o.Upload.Request.URL, Method: o.Upload.Request.Method, file: files[i], key: o.Upload.Photo.Key()}
			for _, h := range o.Upload.Request.Headers {
				u.Headers = append(u.Headers, struct{ Name, Value string }{h.Name, h.Value})
			}
			put(p.T, u)
			p.mu.Lock()
			p.numbers[u.key] = from + i
			p.mu.Unlock()
			event := `{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"pam-storage"},"object":{"key":"` + u.key + `","size":1}}}]}`
			if err := handler.Handle(p.Context(), []byte(event)); err != nil {
				p.Fatal(err)
			}
		}
	}
	u := p.take()
	u[apiCalls], u[detectorCalls] = float64(batches), float64(end-begin)
	u[sqsAround] = 3 * float64(end-begin) // S3 sends, Lambda receives and deletes: one message an invocation
	return u
}

// labels asks for the first page of labels.
func (p *priced) labels(want int) usage {
	p.Helper()
	page, err := p.Labels(p.Context(), pricedOwner, photos.LabelsQuery{MinConfidence: photos.DefaultConfidence, Order: photos.CountDesc, First: 100})
	if err != nil || page.Total != want {
		p.Fatalf("%d labels, %v, want %d", page.Total, err, want)
	}
	u := p.take()
	u[apiCalls] = 1
	return u
}

// archive requests an archive of every photo and does its jobs, ten messages an invocation at the most.
func (p *priced) archive(want int) usage {
	p.Helper()
	handler := jobs.Handler{Library: p.Library}
	a, err := p.RequestArchive(p.Context(), pricedOwner, photos.ArchiveRequest{Match: photos.LabelMatch{Any: []string{labelsOf(0)[0]}, MinConfidence: photos.DefaultConfidence}})
	if err != nil {
		p.Fatal(err)
	}
	invocations, messages := 0, 0
	for {
		p.mu.Lock()
		batch := p.messages[:min(len(p.messages), 10)]
		p.messages = p.messages[len(batch):]
		p.mu.Unlock()
		if len(batch) == 0 {
			break
		}
		invocations++
		messages += len(batch)
		for _, message := range batch {
			if err := handler.Handle(p.Context(), []byte(message)); err != nil {
				p.Fatal(err)
			}
		}
	}
	u := p.take()
	if a, err = p.Archive(p.Context(), pricedOwner, a.ID); err != nil || a.Status != photos.ArchiveReady || a.PhotoCount != want || a.SkippedCount != 0 {
		p.Fatalf("%+v, %v, want an archive of %d photos", a, err, want)
	}
	p.take()
	u[apiCalls], u[archiverCalls] = 1, float64(invocations)
	u[sqsAround] = 2 * float64(invocations) // Lambda receives and deletes a batch
	return u
}

// picture makes a JPEG of pricedBytes that differs from those of other numbers. What follows the end of the picture is
// ignored by decoders.
func picture(t *testing.T, number int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 96, 80))
	for i := range 96 * 80 {
		img.Set(i%96, i/96, color.RGBA{uint8(i * number), uint8(i + number), uint8(number >> 3), 255}) //nolint:gosec // any colour will do
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "photo %d", number)
	return append(out.Bytes(), make([]byte, pricedBytes-out.Len())...)
}
