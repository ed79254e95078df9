package faultproxy_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pam/internal/faultproxy"
	"pam/internal/local/s3server"
	"pam/internal/photos"
	"pam/internal/s3"
)

// through puts a proxy before a server.
func through(t *testing.T, policy faultproxy.Policy, server http.HandlerFunc) (*faultproxy.Proxy, string) {
	t.Helper()
	behind := httptest.NewServer(server)
	t.Cleanup(behind.Close)
	return before(t, policy, behind.URL)
}

func before(t *testing.T, policy faultproxy.Policy, target string) (*faultproxy.Proxy, string) {
	t.Helper()
	proxy, err := faultproxy.New(target, policy, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	return proxy, front.URL
}

func do(t *testing.T, method, url string, body io.Reader, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: 5 * time.Second, DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func TestRequestsArriveAsTheyWereSent(t *testing.T) {
	type arrived struct{ method, host, uri, agent, accept, body string }
	var got arrived
	_, url := through(t, faultproxy.Untouched, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = arrived{r.Method, r.Host, r.RequestURI, r.Header.Get("User-Agent"), r.Header.Get("Accept-Encoding"), string(body)}
	})
	host := strings.TrimPrefix(url, "http://")
	cases := []struct{ name, reason, method, uri, body string }{
		{"get", "the simplest", http.MethodGet, "/bucket/key", ""},
		{"escapes", "the signature covers the path as it was written", http.MethodGet, "/bucket/a%2Fb%20c+d%C3%A9", ""},
		{"query", "the signature covers parameters, also strange ones", http.MethodGet, "/bucket?list-type=2&prefix=a;b&uploads", ""},
		{"put", "a body", http.MethodPut, "/bucket/key", "bytes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var body io.Reader
			if c.body != "" {
				body = strings.NewReader(c.body)
			}
			do(t, c.method, url+c.uri, body, "User-Agent", "client/1", "Accept-Encoding", "identity")
			if want := (arrived{c.method, host, c.uri, "client/1", "identity", c.body}); got != want {
				t.Errorf("got %+v, want %+v; %s", got, want, c.reason)
			}
		})
	}
}

func TestSignedRequestsPass(t *testing.T) {
	ctx := t.Context()
	store, err := s3server.Open(ctx, s3server.Config{Folder: t.TempDir(), Addr: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close(context.Background()) })
	proxy, url := before(t, faultproxy.Untouched, store.Endpoint())
	config := store.AWSConfig()
	config.BaseEndpoint = &url
	objects := s3.New(config, s3.Buckets{Storage: s3server.StorageBucket, Working: s3server.WorkingBucket})

	object := photos.Object{Bucket: photos.StorageBucket, Key: "photos/dan/a b+c"}
	content := bytes.Repeat([]byte("photo"), 1<<20) // beyond the size from which the SDK asks before it sends
	if err := objects.Put(ctx, object, "image/jpeg", content); err != nil {
		t.Fatal(err)
	}
	body, _, err := objects.Get(ctx, object, 0, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	got, err := io.ReadAll(body)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if want := (faultproxy.Traffic{Requests: 2, Up: 5 << 20, Down: 5 << 20}); proxy.Traffic() != want {
		t.Errorf("counted %+v, want %+v", proxy.Traffic(), want)
	}
}

func TestTrafficIsCountedByPhase(t *testing.T) {
	proxy, url := through(t, faultproxy.Untouched, func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		w.Write(make([]byte, 2*n+1))
	})
	send := func(n int) {
		if _, err := io.Copy(io.Discard, do(t, http.MethodPut, url, bytes.NewReader(make([]byte, n))).Body); err != nil {
			t.Fatal(err)
		}
	}
	send(100)
	first := proxy.Traffic()
	if want := (faultproxy.Traffic{Requests: 1, Up: 100, Down: 201}); first != want {
		t.Errorf("counted %+v, want %+v", first, want)
	}
	send(200_000)
	send(1)
	if want := (faultproxy.Traffic{Requests: 2, Up: 200_001, Down: 400_004}); proxy.Traffic().Since(first) != want {
		t.Errorf("counted %+v, want %+v", proxy.Traffic().Since(first), want)
	}
}

// A body is passed on while it comes: each side waits for the other half-way, so a proxy that kept bodies would wait for
// ever.
func TestBodiesAreStreamed(t *testing.T) {
	_, url := through(t, faultproxy.Untouched, func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex()
		for range 3 {
			var one [1]byte
			if _, err := io.ReadFull(r.Body, one[:]); err != nil {
				return
			}
			w.Write(one[:])
			w.(http.Flusher).Flush()
		}
	})
	client, server := io.Pipe()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	context.AfterFunc(ctx, func() { client.CloseWithError(ctx.Err()) })
	go server.Write([]byte("x"))
	res := do(t, http.MethodPut, url, client)
	for _, letter := range []byte("xyz") {
		var one [1]byte
		if _, err := io.ReadFull(res.Body, one[:]); err != nil || one[0] != letter {
			t.Fatalf("got %q, %v, want %q", one, err, letter)
		}
		if letter < 'z' {
			go server.Write([]byte{letter + 1})
		}
	}
}

func TestDelay(t *testing.T) {
	const delay = 400 * time.Millisecond // more than a busy machine takes to answer
	policy := func(r *http.Request) faultproxy.Treatment {
		if r.URL.Path == "/slow" {
			return faultproxy.Treatment{Delay: delay}
		}
		return faultproxy.Treatment{}
	}
	proxy, url := through(t, policy, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Write([]byte("answer"))
	})
	took := func(path string) time.Duration {
		start := time.Now()
		res := do(t, http.MethodGet, url+path, nil)
		if body, err := io.ReadAll(res.Body); err != nil || string(body) != "answer" {
			t.Errorf("got %q, %v", body, err)
		}
		return time.Since(start)
	}
	if took := took("/slow"); took < delay {
		t.Errorf("a delayed response came after %v", took)
	}
	if took := took("/fast"); took >= delay {
		t.Errorf("another one came after %v", took)
	}
	proxy.SetPolicy(faultproxy.DelayAll(delay))
	if took := took("/fast"); took < delay {
		t.Errorf("under the new policy it came after %v", took)
	}
	ctx, cancel := context.WithTimeout(t.Context(), delay/4)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := http.DefaultClient.Do(req); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("whoever gives up early gets %v, %v", res, err)
	}
}

func TestServersThatFail(t *testing.T) {
	t.Run("gone", func(t *testing.T) {
		behind := httptest.NewServer(http.NotFoundHandler())
		behind.Close()
		_, url := before(t, faultproxy.Untouched, behind.URL)
		if res := do(t, http.MethodGet, url, nil); res.StatusCode != http.StatusBadGateway {
			t.Errorf("got %s", res.Status)
		}
	})
	t.Run("half an answer", func(t *testing.T) {
		_, url := through(t, faultproxy.Untouched, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			w.Write([]byte("half"))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		})
		body, err := io.ReadAll(do(t, http.MethodGet, url, nil).Body)
		if string(body) != "half" || err == nil {
			t.Errorf("got %q, %v: a body that is cut must not look whole", body, err)
		}
	})
	t.Run("no address", func(t *testing.T) {
		if _, err := faultproxy.New("nowhere", faultproxy.Untouched, slog.New(slog.DiscardHandler)); err == nil {
			t.Error("a target that is no URL gives no error")
		}
	})
}
