package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pam/internal/local/oidc"
	"pam/internal/photos"
)

// Environment variables by which longer runs ask for more rounds, and a person for the one that failed.
const (
	roundsVariable = "ROUNDS"
	seedVariable   = "SEED"
)

// TestKilledAtRandomMoments kills the program by SIGKILL again and again while somebody uploads photos, deletes some and
// requests archives, and starts it again on the same data. When it is left alone at last, all that was promised must be
// there, and nothing else.
//
// A seed decides what is done in which order and how long each life of the program lasts; how far it gets in that time is
// up to the machine.
func TestKilledAtRandomMoments(t *testing.T) {
	number := func(name string, otherwise uint64) uint64 {
		text, ok := os.LookupEnv(name)
		if !ok {
			return otherwise
		}
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	var pictures [][]byte // read now: while an object store runs in this process, relative paths lead elsewhere
	for _, name := range []string{"cat-face.jpg", "astronaut.jpg", "duck.jpg"} {
		data, err := os.ReadFile(filepath.Join(testPhotos, name))
		if err != nil {
			t.Fatal(err)
		}
		pictures = append(pictures, data)
	}
	first := number(seedVariable, uint64(rand.Uint32()))
	for seed := first; seed < first+number(roundsVariable, 1); seed++ {
		t.Run(fmt.Sprintf("SEED=%d", seed), func(t *testing.T) {
			began := time.Now()
			r := newKillingRound(t, seed, pictures)
			r.live()
			r.settle()
			r.check()
			t.Logf("%d kills, %d photos put, %d deleted, %d archives, in %s", r.kills, len(r.put), len(r.deleted), len(r.archives), time.Since(began).Round(time.Millisecond))
		})
	}
}

// killingRound is one data folder, what is done with it, and what was promised.
type killingRound struct {
	t      *testing.T
	folder string
	owner  photos.Owner
	token  string
	files  map[string][]byte // by name
	kills  int
	seed   uint64

	mu       sync.Mutex
	left     []string        // names of files that are not uploaded yet
	put      map[string]bool // ids of photos whose PUT the store has confirmed
	deleted  map[string]bool // ids that the API has said to be deleted
	doomed   map[string]bool // ids whose deletion was asked for, whatever came of it
	archives map[string]bool // ids that the API has given
	last     string          // of them: of what there is in the end
}

func newKillingRound(t *testing.T, seed uint64, pictures [][]byte) *killingRound {
	sub, err := oidc.SubjectOf("dan")
	if err != nil {
		t.Fatal(err)
	}
	r := &killingRound{
		t: t, folder: t.TempDir(), owner: photos.Owner(sub), seed: seed, files: map[string][]byte{},
		put: map[string]bool{}, deleted: map[string]bool{}, doomed: map[string]bool{}, archives: map[string]bool{},
	}
	random := rand.New(rand.NewPCG(seed, 0))
	for i := range 8 + random.IntN(4) {
		name := fmt.Sprintf("photo %d.jpg", i)
		r.files[name] = append(bytes.Clone(pictures[random.IntN(len(pictures))]), name...) // decoders ignore what follows the end
		r.left = append(r.left, name)
	}
	return r
}

// data is where the program keeps everything.
func (r *killingRound) data() string { return filepath.Join(r.folder, "data") }

// start starts the program.
func (r *killingRound) start() *served {
	s := startServe(r.t, r.folder)
	token, err := oidc.IssueAccessToken(r.t.Context(), r.data(), oidc.TokenRequest{
		User: "dan", ClientID: commandClient, Scopes: strings.Fields("pam/labels.read pam/photos.read pam/photos.write pam/archives"), TTL: time.Hour,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.token = token
	return s
}

// live lets the program live and die until all files are uploaded, and some times more.
func (r *killingRound) live() {
	random := rand.New(rand.NewPCG(r.seed, 1))
	lives := 3 + random.IntN(3)
	for life := 0; life < lives || r.remaining() > 0; life++ {
		s := r.start()
		ctx, hangUp := context.WithCancel(r.t.Context())
		var clients sync.WaitGroup
		for n, work := range []func(context.Context, string, *rand.Rand) error{r.upload, r.upload, r.delete, r.archive} {
			own := rand.New(rand.NewPCG(r.seed, uint64(100*life+n+2)))
			clients.Go(func() {
				for ctx.Err() == nil {
					if err := work(ctx, s.url, own); err != nil && ctx.Err() == nil {
						r.t.Logf("life %d: %v", life, err)
					}
					pause(ctx, time.Duration(own.Int64N(int64(150*time.Millisecond))))
				}
			})
		}
		if life%2 == 1 {
			r.awaitLabels(ctx, s.url) // so that archives are under way when it dies
		}
		pause(ctx, 50*time.Millisecond+time.Duration(random.Int64N(int64(time.Second))))
		_ = s.end(r.t, syscall.SIGKILL)
		r.kills++
		hangUp()
		clients.Wait()
	}
}

// awaitLabels waits until a photo is labelled, but not for long: all may be deleted.
func (r *killingRound) awaitLabels(ctx context.Context, site string) {
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); pause(ctx, 20*time.Millisecond) {
		var out struct{ Me struct{ PhotoCount int } }
		if err := r.ask(ctx, site, `{ me { photoCount } }`, nil, &out); err == nil && out.Me.PhotoCount > 0 {
			return
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

func (r *killingRound) remaining() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.left)
}

// ask does an operation; whoever is killed gives no answer.
func (r *killingRound) ask(ctx context.Context, site, query string, variables map[string]any, into any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, site+"/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+r.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return errors.Join(errNoAnswer, err)
	}
	defer res.Body.Close()
	var answer struct {
		Data   json.RawMessage
		Errors []graphQLError
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return errors.Join(errNoAnswer, err)
	}
	if len(answer.Errors) > 0 {
		return fmt.Errorf("%s: %+v", query, answer.Errors)
	}
	return json.Unmarshal(answer.Data, into)
}

var errNoAnswer = errors.New("no answer")

// upload uploads one file. One that got no answer is uploaded again in the next life, as another photo.
func (r *killingRound) upload(ctx context.Context, site string, random *rand.Rand) error {
	r.mu.Lock()
	if len(r.left) == 0 {
		r.mu.Unlock()
		<-ctx.Done()
		return nil
	}
	i := random.IntN(len(r.left))
	name := r.left[i]
	r.left = append(r.left[:i], r.left[i+1:]...)
	r.mu.Unlock()
	id, err := r.uploadFile(ctx, site, name, r.files[name])
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.left = append(r.left, name)
		return err
	}
	r.put[id] = true
	return nil
}

func (r *killingRound) uploadFile(ctx context.Context, site, name string, data []byte) (id string, err error) {
	var out struct {
		UploadURL struct {
			Photo       struct{ ID string }
			URL, Method string
			Headers     []struct{ Name, Value string }
		} `json:"uploadUrl"`
	}
	if err := r.ask(ctx, site, `mutation($in: UploadUrlInput!) { uploadUrl(input: $in) { photo { id } url method headers { name value } } }`,
		vars("in", vars("fileName", name, "contentType", "image/jpeg", "size", len(data), "crc32",
			base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(data))))), &out); err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, out.UploadURL.Method, out.UploadURL.URL, bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	for _, h := range out.UploadURL.Headers {
		req.Header.Set(h.Name, h.Value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("PUT: %s %s, %w", res.Status, body, err)
	}
	return out.UploadURL.Photo.ID, nil
}

// delete deletes a photo now and then, as long as most stay.
func (r *killingRound) delete(ctx context.Context, site string, random *rand.Rand) error {
	r.mu.Lock()
	var id string
	if few := len(r.doomed) < len(r.files)/3; few && len(r.put) > 0 && random.IntN(3) == 0 {
		id = slices.Sorted(maps.Keys(r.put))[random.IntN(len(r.put))]
	}
	if id == "" {
		r.mu.Unlock()
		return nil
	}
	r.doomed[id] = true
	r.mu.Unlock()
	var out struct {
		DeletePhotos struct{ DeletedIDs []string }
	}
	if err := r.ask(ctx, site, `mutation($ids: [ID!]!) { deletePhotos(ids: $ids) { deletedIds } }`, vars("ids", []string{id}), &out); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range out.DeletePhotos.DeletedIDs {
		r.deleted[id] = true
	}
	return nil
}

// archive requests an archive of what there is, of a few different selections.
func (r *killingRound) archive(ctx context.Context, site string, random *rand.Rand) error {
	id, err := r.requestArchive(ctx, site, 50+5*random.IntN(3))
	if err != nil || id == "" {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.archives[id] = true
	return nil
}

// requestArchive requests an archive of all photos that carry a label, whichever; the id is empty while there are none.
func (r *killingRound) requestArchive(ctx context.Context, site string, minConfidence int) (id string, err error) {
	var names struct {
		Labels struct{ Nodes []struct{ Name string } }
	}
	if err := r.ask(ctx, site, `query($c: Int!) { labels(first: 20, minConfidence: $c) { nodes { name } } }`, vars("c", minConfidence), &names); err != nil {
		return "", err
	}
	var any []string
	for _, n := range names.Labels.Nodes {
		any = append(any, n.Name)
	}
	if len(any) == 0 {
		return "", nil
	}
	var out struct{ RequestArchive struct{ ID string } }
	err = r.ask(ctx, site, `mutation($m: LabelMatch!) { requestArchive(input: {match: $m}) { id } }`,
		vars("m", vars("any", any, "minConfidence", minConfidence)), &out)
	return out.RequestArchive.ID, err
}
