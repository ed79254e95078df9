package s3_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"pam/internal/photos"
)

// A Get asks for the same object as the SDK does, whatever its key.
func TestGetNamesObjectAsSDK(t *testing.T) {
	for _, key := range []string{"photos/dan/01HZ", "photos/a b+c%2F/ü", "photos/d=e&f/'(g)*~!", "photos/h//i/./j"} {
		var targets [2]atomic.Value
		objects := stub(t, func(w http.ResponseWriter, r *http.Request) {
			i := 0
			if r.Method == http.MethodHead {
				i = 1
			}
			targets[i].Store(r.RequestURI)
			w.Header().Set("Last-Modified", "Tue, 24 Nov 2026 12:00:00 GMT")
			if r.Method == http.MethodGet {
				reply(t, w, "x")
			}
		})
		o := photos.Object{Bucket: photos.StorageBucket, Key: key}
		body, _, err := objects.Get(t.Context(), o, 0, 0, "")
		if err != nil {
			t.Fatal(err)
		}
		body.Close()
		if _, err := objects.Head(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		get, _, _ := strings.Cut(targets[0].Load().(string), "?")
		if head := targets[1].Load(); get != head {
			t.Errorf("a Get of %s asks for %s, the SDK for %s", key, get, head)
		}
	}
}

// An answer that Get does not know what to make of is the SDK's to judge; nothing is asked for twice without need.
func TestGetLeavesOddAnswersToSDK(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		answer       func(attempt int64, w http.ResponseWriter) error
		want         string
		attempts     int64
	}{
		{"no date", "the bytes are there all the same", func(_ int64, w http.ResponseWriter) error {
			_, err := io.WriteString(w, "bytes")
			return err
		}, "bytes", 1},
		{"a bad moment", "the SDK tries again", func(attempt int64, w http.ResponseWriter) error {
			if attempt == 1 {
				w.WriteHeader(http.StatusInternalServerError)
				return nil
			}
			_, err := io.WriteString(w, "later")
			return err
		}, "later", 2},
		{"a broken connection", "the SDK tries again", func(attempt int64, w http.ResponseWriter) error {
			if attempt == 1 {
				panic(http.ErrAbortHandler)
			}
			_, err := io.WriteString(w, "later")
			return err
		}, "later", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			var attempts atomic.Int64
			objects := stub(t, func(w http.ResponseWriter, _ *http.Request) {
				if err := c.answer(attempts.Add(1), w); err != nil {
					t.Errorf("answer: %v", err)
				}
			})
			body, _, err := objects.Get(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: "k"}, 0, 0, "")
			if err != nil {
				t.Fatalf("%v: %s", err, c.reason)
			}
			defer body.Close()
			got, err := io.ReadAll(body)
			if err != nil || string(got) != c.want || attempts.Load() != c.attempts {
				t.Errorf("%q after %d attempts, %v; want %q after %d: %s", got, attempts.Load(), err, c.want, c.attempts, c.reason)
			}
		})
	}
}
