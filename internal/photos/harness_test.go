package photos_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pam/internal/imaging"
	"pam/internal/local/s3server"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/s3"
)

// harness is a library on the real catalog and the real S3 protocol. Its clock stands still until it is moved, its
// labeller says what the test says, and its jobs wait until the test does them.
type harness struct {
	*photos.Library
	t       *testing.T
	clock   time.Time
	labeler *scriptedLabeler
	jobs    *heldJobs
	mail    *sentNotices
	faults  *faults
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	ctx := t.Context()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "pam.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store, err := s3server.Open(ctx, s3server.Config{Folder: t.TempDir(), Addr: "127.0.0.1:0", Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close(context.Background()) })
	objects := s3.New(store.AWSConfig(), s3.Buckets{Storage: s3server.StorageBucket, Working: s3server.WorkingBucket})
	h := &harness{
		t: t, clock: time.Now(), labeler: &scriptedLabeler{}, jobs: &heldJobs{}, mail: &sentNotices{}, faults: &faults{},
	}
	h.Library, err = photos.NewLibrary(photos.Config{
		Catalog: faultyCatalog{db.Catalog(), h.faults}, Objects: faultyObjects{objects, h.faults}, Inspector: imaging.Inspector{},
		Labeler: h.labeler, Queue: h.jobs, Notifier: h.mail, Directory: directory{},
		Now: func() time.Time { return h.clock }, NewID: photos.ULIDs(), Logger: logger, WatchInterval: 5 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// picture makes a JPEG of at least size bytes that differs from those of other seeds. What follows the end of the
// picture is ignored by decoders, as cameras put previews there.
func picture(t *testing.T, seed, size int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 96, 80))
	for i := range 96 * 80 {
		img.Set(i%96, i/96, color.RGBA{uint8(i * seed), uint8(i + seed), uint8(seed >> 3), 255})
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	if missing := size - out.Len(); missing > 0 {
		padding := fmt.Sprintf("padding of %d\n", seed)
		out.WriteString(strings.Repeat(padding, missing/len(padding)+1))
	}
	return out.Bytes()
}

func crcText(data []byte) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(data)))
}

func upload(data []byte, name string) photos.UploadInput {
	return photos.UploadInput{FileName: name, ContentType: "image/jpeg", Size: len(data), CRC32: crcText(data)}
}

// begin records an upload and sends the bytes as a client would.
func (h *harness) send(owner photos.Owner, name string, data []byte) photos.Photo {
	h.t.Helper()
	begun, err := h.BeginUpload(h.t.Context(), owner, upload(data, name))
	if err != nil {
		h.t.Fatalf("begin the upload of %s: %v", name, err)
	}
	h.put(begun, data)
	return begun.Photo
}

func (h *harness) put(begun photos.BegunUpload, data []byte) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), begun.Request.Method, begun.Request.URL, bytes.NewReader(data))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, header := range begun.Request.Headers {
		req.Header.Set(header.Name, header.Value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(res.Body)
		h.t.Fatalf("PUT: %s %s", res.Status, body)
	}
}

// labelled uploads a photo and labels it.
func (h *harness) labelled(owner photos.Owner, name string, data []byte, labels ...photos.PhotoLabel) photos.Photo {
	h.t.Helper()
	p := h.send(owner, name, data)
	h.labeler.say(p.Key(), labels...)
	if err := h.LabelPhoto(h.t.Context(), owner, p.ID); err != nil {
		h.t.Fatalf("label %s: %v", name, err)
	}
	p, err := h.Photo(h.t.Context(), owner, p.ID)
	if err != nil || p.Status != photos.Labelled {
		h.t.Fatalf("%s is %s, %v", name, p.Status, err)
	}
	return p
}

// work does held jobs until there are none, and gives the first error that a job gave.
func (h *harness) work() error {
	var first error
	for {
		job, ok := h.jobs.take()
		if !ok {
			return first
		}
		if err := h.Handle(h.t.Context(), job); err != nil && first == nil {
			first = fmt.Errorf("%s: %w", job.Kind, err)
		}
	}
}

// archive requests an archive and builds it.
func (h *harness) archive(owner photos.Owner, match photos.LabelMatch) photos.Archive {
	h.t.Helper()
	a, err := h.RequestArchive(h.t.Context(), owner, photos.ArchiveRequest{Match: match})
	if err != nil {
		h.t.Fatalf("request: %v", err)
	}
	if err := h.work(); err != nil {
		h.t.Fatalf("build: %v", err)
	}
	a, err = h.Archive(h.t.Context(), owner, a.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// download fetches an archive by its link and gives its files.
func (h *harness) download(a photos.Archive) map[string]string {
	h.t.Helper()
	link, err := h.ArchiveLink(h.t.Context(), a)
	if err != nil || link == "" {
		h.t.Fatalf("link to a %s archive: %q, %v", a.Status, link, err)
	}
	res, err := http.Get(link)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		h.t.Fatalf("download: %s, %v", res.Status, err)
	}
	if int64(len(body)) != a.Size {
		h.t.Errorf("the zip has %d bytes, the archive says %d", len(body), a.Size)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		h.t.Fatalf("read the zip: %v", err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			h.t.Fatalf("open %s: %v", f.Name, err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			h.t.Fatalf("read %s: %v", f.Name, err)
		}
		files[f.Name] = string(content)
	}
	return files
}

func (h *harness) checkCounts() {
	h.t.Helper()
	wrong, err := photos.CheckInvariants(h.t.Context(), h.Catalog)
	if err != nil || len(wrong) > 0 {
		h.t.Errorf("counters are wrong: %+v, %v", wrong, err)
	}
}

// label makes a label without parents.
func label(name string, confidence float64) photos.PhotoLabel {
	return photos.PhotoLabel{Name: name, Confidence: confidence}
}

func anyOf(names ...string) photos.LabelMatch {
	return photos.LabelMatch{Any: names, MinConfidence: 55}
}

// scriptedLabeler says what it was told to say about an object.
type scriptedLabeler struct {
	mu     sync.Mutex
	says   map[string][]photos.PhotoLabel
	refuse error // given instead, when set
	asked  int
}

func (l *scriptedLabeler) say(key string, labels ...photos.PhotoLabel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.says == nil {
		l.says = map[string][]photos.PhotoLabel{}
	}
	l.says[key] = labels
}

func (l *scriptedLabeler) Label(_ context.Context, p photos.Picture) ([]photos.PhotoLabel, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	return l.says[p.Object.Key], l.refuse
}

// heldJobs keeps what was sent until the test takes it.
type heldJobs struct {
	mu   sync.Mutex
	held []photos.Job
	fail error
}

func (q *heldJobs) Send(_ context.Context, jobs ...photos.Job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.fail != nil {
		return q.fail
	}
	q.held = append(q.held, jobs...)
	return nil
}

func (q *heldJobs) take() (photos.Job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.held) == 0 {
		return photos.Job{}, false
	}
	job := q.held[0]
	q.held = q.held[1:]
	return job, true
}

func (q *heldJobs) all() []photos.Job {
	q.mu.Lock()
	defer q.mu.Unlock()
	jobs := q.held
	q.held = nil
	return jobs
}

type sentNotices struct {
	mu   sync.Mutex
	sent []photos.Notice
}

func (s *sentNotices) Notify(_ context.Context, n photos.Notice, _ photos.Archive) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, n)
	return nil
}

func (s *sentNotices) Subscribe(_ context.Context, _ photos.Owner, address string) (photos.NoticeSubscription, error) {
	return photos.NoticeSubscription{Address: address, Confirmed: true}, nil
}

// directory knows the address of dan alone.
type directory struct{}

func (directory) VerifiedEmail(_ context.Context, owner photos.Owner) (string, error) {
	if owner == "dan" {
		return "dan@example.org", nil
	}
	return "", photos.Errorf(photos.NotFound, "nobody knows %s", owner)
}

// fetch gets what a link leads to.
func fetch(t *testing.T, link string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET: %s, %v", res.Status, err)
	}
	return body
}
