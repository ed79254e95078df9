package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pam/internal/faultproxy"
	"pam/internal/local/s3server"
	"pam/internal/photos"
	"pam/internal/s3"
)

// troubledNetwork lets something go wrong with one request in twenty, and holds up another one.
type troubledNetwork struct {
	mu     sync.Mutex
	random *rand.Rand
	count  map[faultproxy.Fault]int // of what went wrong
}

func (n *troubledNetwork) treat(*http.Request) faultproxy.Treatment {
	n.mu.Lock()
	defer n.mu.Unlock()
	var treatment faultproxy.Treatment
	switch n.random.IntN(20) {
	case 0:
		kinds := []faultproxy.Fault{faultproxy.LoseRequest, faultproxy.LoseResponse, faultproxy.CutBody, faultproxy.SlowDown}
		treatment.Fault = kinds[n.random.IntN(len(kinds))]
	case 1:
		treatment.Delay = time.Duration(n.random.Int64N(int64(300 * time.Millisecond)))
	}
	n.count[treatment.Fault]++
	return treatment
}

// TestTroubledNetwork uploads, labels, archives and downloads while the way to the object store loses, cuts, delays and
// refuses. Whatever that costs, the results are those of a good network.
func TestTroubledNetwork(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d: it decides what goes wrong with the first, second and every later request, whichever that is", seed)
	files := map[string][]byte{}
	for i, name := range []string{"cat-face.jpg", "duck.jpg", "kitten-with-yarn.jpg", "macaw.jpg", "cat-face.jpg", "duck.jpg", "astronaut.jpg", "dandelions.jpg"} {
		data, err := os.ReadFile(filepath.Join(testPhotos, name))
		if err != nil {
			t.Fatal(err)
		}
		if i < 4 { // large enough to be a part, or to be copied as one; decoders ignore what follows the picture's end
			data = append(data, bytes.Repeat([]byte{byte(i + 1)}, 5<<20+i<<18)...)
		}
		files[fmt.Sprintf("%d %s", i, name)] = append(data, byte(i))
	}

	network := &troubledNetwork{random: rand.New(rand.NewPCG(seed, 0)), count: map[faultproxy.Fault]int{}}
	p, _ := startProgram(t, t.TempDir(), func(p *program) {
		proxy, err := faultproxy.New(p.store.Endpoint(), network.treat, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		front := httptest.NewUnstartedServer(proxy)
		front.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		front.Start()
		t.Cleanup(front.Close)
		t.Cleanup(proxy.Close)
		config := p.store.AWSConfig()
		config.BaseEndpoint = &front.URL
		p.library.Objects = s3.New(config, s3.Buckets{Storage: s3server.StorageBucket, Working: s3server.WorkingBucket})
	})
	dan := newPerson(t, p, "dan")
	for name, data := range files {
		dan.sign(name, "image/jpeg", data).persist(t, data)
	}
	dan.tallyWhenDone(len(files))
	library := dan.allPhotos()
	for _, photo := range library {
		if photo.Status != "LABELLED" || photo.Size != int64(len(files[photo.FileName])) {
			t.Errorf("%s is %+v", photo.FileName, photo)
		}
	}
	dan.compareCounts(library)

	var labels []string
	for name := range tallyOf(library, 50) {
		labels = append(labels, name)
	}
	match := vars("any", labels[:min(len(labels), photos.MaxMatchNames)], "minConfidence", 50)
	want := map[string][]byte{}
	for _, photo := range library {
		for _, name := range match["any"].([]string) {
			if photo.carries(name, 50) {
				want[photo.FileName] = files[photo.FileName]
			}
		}
	}
	for n := range 6 {
		var out struct{ RequestArchive struct{ ID string } }
		dan.do(`mutation($in: RequestArchiveInput!) { requestArchive(input: $in) { id } }`,
			vars("in", vars("match", match, "name", fmt.Sprint("archive ", n))), &out)
		link := dan.waitUntilReady(out.RequestArchive.ID)
		content := fetchPersistently(t, link)
		checkZip(t, content, want)
		if n == 0 {
			readByOthers(t, content)
		}
	}

	network.mu.Lock()
	defer network.mu.Unlock()
	t.Logf("%d requests were passed on well; faults: %v", network.count[faultproxy.NoFault], network.count)
	if network.count[faultproxy.NoFault] < 100 {
		t.Error("the test has lost its subject")
	}
}

// persist sends a file until the store has it, as a client does: a second try that finds it there is a success.
func (u signedUpload) persist(t *testing.T, data []byte) {
	t.Helper()
	err := persistently(func() error {
		req, err := http.NewRequestWithContext(t.Context(), u.Method, u.URL, bytes.NewReader(data))
		if err != nil {
			return err
		}
		for _, h := range u.Headers {
			req.Header.Set(h.Name, h.Value)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusPreconditionFailed {
			return fmt.Errorf("%s %s", res.Status, body)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("PUT: %v", err)
	}
}

// fetchPersistently gets what a link leads to, as a whole.
func fetchPersistently(t *testing.T, link string) (content []byte) {
	t.Helper()
	err := persistently(func() error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return errors.New(res.Status)
		}
		content, err = io.ReadAll(res.Body)
		return err
	})
	if err != nil {
		t.Fatalf("GET %s: %v", strings.SplitN(link, "?", 2)[0], err)
	}
	return content
}

// persistently tries until it succeeds or has failed ten times in a row.
func persistently(do func() error) (err error) {
	for range 10 {
		if err = do(); err == nil {
			return nil
		}
	}
	return err
}
