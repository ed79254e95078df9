package s3_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"pam/internal/photos"
	"pam/internal/s3"
)

// stub gives a client of a server that answers as handler does.
func stub(t *testing.T, handler http.HandlerFunc) *s3.Objects {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return s3.New(aws.Config{
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("id", "secret", ""),
		BaseEndpoint: aws.String(server.URL),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.Backoff = noBackoff{} })
		},
	}, s3.Buckets{Storage: "s", Working: "w"})
}

func reply(t *testing.T, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Errorf("answer: %v", err)
	}
}

// noBackoff retries at once, as tests do not sleep.
type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

// TestWire looks at what is sent: bodies must not be hashed for the signature, and the only checksum is our own.
func TestWire(t *testing.T) {
	var mu sync.Mutex
	var seen http.Header
	var target, body string
	objects := stub(t, func(w http.ResponseWriter, r *http.Request) {
		content, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read request: %v", err)
		}
		mu.Lock()
		seen, target, body = r.Header.Clone(), r.Method+" "+r.URL.EscapedPath(), string(content)
		mu.Unlock()
		w.Header().Set("ETag", `"etag"`)
	})
	content := []byte("hello")
	cases := []struct {
		name   string
		reason string
		call   func(ctx context.Context) error
		target string
	}{
		{"Put", "a body is sent as it is, unsigned, with its CRC-32", func(ctx context.Context) error {
			return objects.Put(ctx, photos.Object{Bucket: photos.StorageBucket, Key: "a b/c"}, "image/jpeg", content)
		}, "PUT /s/a%20b/c"},
		{"UploadPart", "a part is sent as it is, unsigned, with the CRC-32 that was given", func(ctx context.Context) error {
			etag, err := objects.UploadPart(ctx, photos.Object{Bucket: photos.WorkingBucket, Key: "zip"}, "id", 7, content, crc32.ChecksumIEEE(content))
			if err == nil && etag != `"etag"` {
				err = fmt.Errorf("ETag %s", etag)
			}
			return err
		}, "PUT /w/zip"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := c.call(t.Context()); err != nil {
				t.Fatalf("%s: %v", c.reason, err)
			}
			if target != c.target || body != "hello" {
				t.Errorf("%s: %s with %q, want %s with %q", c.reason, target, body, c.target, "hello")
			}
			for name, value := range map[string]string{
				"X-Amz-Content-Sha256":         "UNSIGNED-PAYLOAD",
				"X-Amz-Checksum-Crc32":         "NhCmhg==",
				"Content-Length":               "5",
				"Content-Encoding":             "",
				"X-Amz-Trailer":                "",
				"X-Amz-Sdk-Checksum-Algorithm": "",
				"Expect":                       "",
			} {
				if got := seen.Get(name); got != value {
					t.Errorf("%s: %s is %q, want %q", c.reason, name, got, value)
				}
			}
		})
	}
}

// TestWireGet looks at how photos are read: asking for checksums would have the SDK hash every body.
func TestWireGet(t *testing.T) {
	objects := stub(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("X-Amz-Checksum-Mode"); got != "" {
			t.Errorf("checksum mode %q", got)
		}
		w.Header().Set("X-Amz-Checksum-Crc32", "AAAAAA==") // a wrong one: the domain compares with the catalog's
		reply(t, w, "hello")
	})
	body, info, err := objects.Get(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: "k"}, 0, 0, `"etag"`)
	if err != nil || info.Size != 5 {
		t.Fatalf("%+v, %v", info, err)
	}
	defer body.Close()
	if content, err := io.ReadAll(body); err != nil || string(content) != "hello" {
		t.Errorf("%q, %v", content, err)
	}
}

// TestWireCopy looks at how a copy is asked for, and what is made of the answer.
func TestWireCopy(t *testing.T) {
	result := `<CopyPartResult><ETag>"e"</ETag><ChecksumCRC32>NhCmhg==</ChecksumCRC32></CopyPartResult>`
	objects := stub(t, func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{
			"X-Amz-Copy-Source":          "s/photos/a%20%2B/%C3%A4",
			"X-Amz-Copy-Source-Range":    "bytes=10-5242889",
			"X-Amz-Copy-Source-If-Match": `"etag"`,
		} {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s is %q, want %q", name, got, value)
			}
		}
		reply(t, w, result)
	})
	copyPart := func() (string, photos.Checksum, error) {
		return objects.CopyPart(t.Context(), photos.Object{Bucket: photos.WorkingBucket, Key: "zip"}, "id", 2,
			photos.Object{Bucket: photos.StorageBucket, Key: "photos/a +/ä"}, 10, 5<<20, `"etag"`)
	}
	if etag, sum, err := copyPart(); err != nil || etag != `"e"` || sum != (photos.Checksum{CRC32: 0x3610a686, Known: true}) {
		t.Errorf("%s, %+v, %v", etag, sum, err)
	}
	result = `<CopyPartResult><ETag>"e"</ETag></CopyPartResult>`
	if _, sum, err := copyPart(); err != nil || sum.Known {
		t.Errorf("a checksum that is not told is not known: %+v, %v", sum, err)
	}
	// S3 answers 200 before it copies, so the answer may be an error all the same.
	result = `<Error><Code>InternalError</Code><Message>m</Message></Error>`
	if _, _, err := copyPart(); err == nil {
		t.Error("an error in an answer of status 200 was taken for a part")
	}
}

// TestWireComplete looks at the checksum of the whole: S3 compares it with what it has put together.
func TestWireComplete(t *testing.T) {
	var whole string
	objects := stub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			reply(t, w, `<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>"a"</ETag><Size>5</Size></Part><Part><PartNumber>3</PartNumber><ETag>"b"</ETag><Size>6</Size></Part></ListPartsResult>`)
			return
		}
		whole = r.Header.Get("X-Amz-Checksum-Crc32")
		reply(t, w, `<CompleteMultipartUploadResult><ETag>"c"</ETag></CompleteMultipartUploadResult>`)
	})
	one, two := crc32.ChecksumIEEE([]byte("hello")), crc32.ChecksumIEEE([]byte(" world"))
	parts := []photos.UploadedPart{
		{Number: 1, ETag: `"a"`, Size: 5, Checksum: photos.Checksum{CRC32: one, Known: true}},
		{Number: 3, ETag: `"b"`, Size: 6, Checksum: photos.Checksum{CRC32: two, Known: true}},
	}
	o := photos.Object{Bucket: photos.WorkingBucket, Key: "zip"}
	if _, err := objects.CompleteUpload(t.Context(), o, "id", parts); err != nil || whole != "DUoRhQ==" {
		t.Errorf("checksum %q of \"hello world\", %v", whole, err)
	}
	parts[1].Checksum.Known = false
	if _, err := objects.CompleteUpload(t.Context(), o, "id", parts); err != nil || whole != "" {
		t.Errorf("a checksum %q was made up, %v", whole, err)
	}
}

// TestWireUpload looks at how an upload is begun: only full-object checksums let part numbers have gaps on Amazon S3, which
// the embedded server does not tell apart.
func TestWireUpload(t *testing.T) {
	objects := stub(t, func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{"X-Amz-Checksum-Algorithm": "CRC32", "X-Amz-Checksum-Type": "FULL_OBJECT"} {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s is %q, want %q", name, got, value)
			}
		}
		reply(t, w, "<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>")
	})
	id, err := objects.CreateUpload(t.Context(), photos.Object{Bucket: photos.WorkingBucket, Key: "zip"}, "application/zip")
	if err != nil || id != "id" {
		t.Errorf("upload %q, %v", id, err)
	}
}

func TestErrors(t *testing.T) {
	cases := []struct {
		name     string
		reason   string
		status   int
		code     string
		want     photos.Code
		busy     bool
		attempts int
	}{
		{"NoSuchKey", "what is not there is NotFound", 404, "NoSuchKey", photos.NotFound, false, 1},
		{"NoSuchBucket", "a missing bucket is a mistake of ours, not a missing object", 404, "NoSuchBucket", photos.Internal, false, 1},
		{"Changed", "a failed condition is a Conflict", 412, "PreconditionFailed", photos.Conflict, false, 1},
		{"SlowDown", "a store that is still busy after the SDK's retries says nothing about the job", 503, "SlowDown", photos.Internal, true, 3},
		{"Unavailable", "so does one that answers without a code", 503, "", photos.Internal, true, 3},
		{"Broken", "a failure of the store counts as an attempt of the job", 500, "InternalError", photos.Internal, false, 3},
		{"Denied", "our rights are no caller's business", 403, "AccessDenied", photos.Internal, false, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			attempts := 0
			objects := stub(t, func(w http.ResponseWriter, _ *http.Request) {
				attempts++
				w.WriteHeader(c.status)
				if c.code != "" {
					reply(t, w, fmt.Sprintf("<Error><Code>%s</Code><Message>m</Message></Error>", c.code))
				}
			})
			_, _, err := objects.Get(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: "k"}, 0, 0, "")
			if got := photos.CodeOf(err); got != c.want || errors.Is(err, photos.ErrBusy) != c.busy {
				t.Errorf("%s: code %q, busy %v (%v), want %q, %v", c.reason, got, errors.Is(err, photos.ErrBusy), err, c.want, c.busy)
			}
			if attempts != c.attempts {
				t.Errorf("%s: %d attempts, want %d", c.reason, attempts, c.attempts)
			}
			domain, ok := errors.AsType[*photos.Error](err)
			if ok && (strings.Contains(domain.Message, "s3") || strings.Contains(domain.Message, "k ")) {
				t.Errorf("the message for callers tells nothing of the inside: %q", domain.Message)
			}
		})
	}
}

func TestDeletePartly(t *testing.T) {
	objects := stub(t, func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Object []struct{ Key string }
		}
		if err := xml.NewDecoder(r.Body).Decode(&request); err != nil || len(request.Object) != 3 {
			t.Errorf("request %+v: %v", request, err)
		}
		reply(t, w, `<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code><Message>no</Message></Error>`+
			`<Error><Key>b</Key><Code>NoSuchKey</Code></Error></DeleteResult>`)
	})
	err := objects.Delete(t.Context(), photos.StorageBucket, "a", "b", "c")
	if err == nil || !strings.Contains(err.Error(), "storage a: AccessDenied") || strings.Contains(err.Error(), "storage b") {
		t.Errorf("a key that could not be deleted is an error although the call succeeded, one that is not there is none: %v", err)
	}
}

func TestDeadlines(t *testing.T) {
	stuck := make(chan struct{})
	objects := stub(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-stuck:
		case <-r.Context().Done():
		}
	})
	defer close(stuck)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := objects.Head(ctx, photos.Object{Key: "k"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's deadline holds: %v", err)
	}

	t.Run("Body", func(t *testing.T) {
		objects := stub(t, func(w http.ResponseWriter, _ *http.Request) { reply(t, w, "content") })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		body, _, err := objects.Get(ctx, photos.Object{Key: "k"}, 0, 0, "")
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(body)
		if err != nil || string(content) != "content" {
			t.Errorf("the body can be read after Get has returned: %q, %v", content, err)
		}
		cancel()
		if err := body.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}
