package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"pam/internal/photos"
)

// archiveAnswer is an archive as the API gives it.
type archiveAnswer struct{ ID, Name, Status, DownloadURL string }

// asks requests an archive and gives it.
func (x person) asks(input map[string]any) archiveAnswer {
	x.t.Helper()
	var out struct{ RequestArchive archiveAnswer }
	x.do(`mutation($in: RequestArchiveInput!) { requestArchive(input: $in) { id name status downloadUrl } }`, vars("in", input), &out)
	return out.RequestArchive
}

// reuse asks for the same again and again, and for what is not quite the same.
func (c contract) reuse(t *testing.T) {
	x := newPerson(t, c.p, "collector")
	fox, dog := smallJPEG(t, 96, 80, 21), smallJPEG(t, 96, 80, 22)
	x.stored("fox.jpg", fox, at("Animal", 96.5), at("Fox", 90, "Animal"))
	x.stored("dog.jpg", dog, at("Animal", 96.5), at("Dog", 90, "Animal"))
	pets := func(rest ...any) map[string]any {
		match := vars("any", []string{"Dog", "Fox"}, "none", []string{"Owl"})
		for i := 0; i < len(rest); i += 2 {
			match[fmt.Sprint(rest[i])] = rest[i+1]
		}
		return vars("match", match)
	}
	first := x.asks(pets())
	if again := x.asks(pets()); again.ID != first.ID {
		t.Errorf("asked twice at once, it is two archives: %+v and %+v", first, again)
	}
	x.waitUntilReady(first.ID)
	x.stored("owl.jpg", smallJPEG(t, 96, 80, 23), at("Owl", 90), at("Dog", 90)) // not one of the selection
	keyed := pets()
	keyed["idempotencyKey"] = "first"
	for _, tt := range []struct {
		name, reason string
		input        map[string]any
		same         bool
	}{
		{"again", "its photos are unchanged", pets(), true},
		{"other order", "labels are sets", pets("any", []string{"Fox", "Dog", "Fox"}), true},
		{"said defaults", "they are the same threshold", pets("minConfidence", 55, "all", []string{}), true},
		{"new key", "a key is no part of the selection", keyed, true},
		{"other threshold", "it is another selection", pets("minConfidence", 60), false},
		{"named", "the file is called otherwise", vars("match", pets()["match"], "name", "Pets"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := x.in(t).asks(tt.input)
			if same := got.ID == first.ID; same != tt.same || same && (got.Status != "READY" || got.DownloadURL == "") {
				t.Errorf("given %+v, the first is %s: %s", got, first.ID, tt.reason)
			}
		})
	}
	x.wantError("a key stands for one input", `mutation { requestArchive(input: {match: {any: ["Dog"]}, idempotencyKey: "first"}) { id } }`, nil, photos.Conflict, "input.idempotencyKey")
	checkZip(t, download(t, x.asks(pets()).DownloadURL), map[string][]byte{"fox.jpg": fox, "dog.jpg": dog})

	cub := smallJPEG(t, 96, 80, 24)
	x.stored("cub.jpg", cub, at("Fox", 90))
	second := x.asks(pets())
	if second.ID == first.ID {
		t.Fatal("an archive was given that misses a photo")
	}
	checkZip(t, download(t, x.waitUntilReady(second.ID)), map[string][]byte{"fox.jpg": fox, "dog.jpg": dog, "cub.jpg": cub})
	if got := x.asks(keyed); got.ID != first.ID {
		t.Errorf("the key gives the archive of then, but %+v", got)
	}
}

// gatedStore lets downloads of photos through only while its gate is open.
type gatedStore struct {
	photos.Objects
	mu     sync.Mutex
	closed chan struct{} // closed itself when the gate opens; nil while it is open
	held   chan struct{} // gets a value when a download is held up
	count  int           // of downloads that are held up
}

func (s *gatedStore) holds(change int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count += change
	return s.count
}

func (s *gatedStore) shut() (open func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gate := make(chan struct{})
	s.closed = gate
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.closed = nil
		close(gate)
	}
}

func (s *gatedStore) Get(ctx context.Context, o photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	s.mu.Lock()
	gate := s.closed
	s.mu.Unlock()
	if gate != nil && o.Bucket == photos.StorageBucket {
		s.holds(1)
		defer s.holds(-1)
		select {
		case s.held <- struct{}{}:
		default:
		}
		select {
		case <-gate:
		case <-ctx.Done():
			return nil, photos.ObjectInfo{}, ctx.Err()
		}
	}
	return s.Objects.Get(ctx, o, offset, length, ifMatch)
}

// An archive that is being built from a slow store is over when its owner says so.
func TestCancelWhileBuilding(t *testing.T) {
	store := &gatedStore{held: make(chan struct{}, 1)}
	p, _ := startProgram(t, t.TempDir(), func(p *program) {
		store.Objects = p.library.Objects
		p.library.Objects = store
	})
	dan := newPerson(t, p, "dan")
	want := map[string][]byte{}
	for i := range 8 {
		name := fmt.Sprintf("%d.jpg", i)
		want[name] = append(smallJPEG(t, 96, 80, i), make([]byte, 3<<20)...) // more than one part
		dan.stored(name, want[name], at("Fox", 90))
	}
	open := store.shut()
	foxes := vars("match", vars("any", []string{"Fox"}))
	slow := dan.asks(foxes)
	<-store.held
	if again := dan.asks(foxes); again.ID != slow.ID || again.Status != "BUILDING" {
		t.Errorf("while it is built: %+v", again)
	}

	began := time.Now()
	var out struct{ CancelArchive archiveAnswer }
	dan.do(`mutation($id: ID!) { cancelArchive(id: $id) { id status } }`, vars("id", slow.ID), &out)
	if out.CancelArchive.Status != "CANCELLED" {
		t.Errorf("cancelling gave %+v", out.CancelArchive)
	}
	var last struct{ Archive archiveAnswer }
	dan.follow(`subscription($id: ID!) { archive(id: $id) { status } }`, vars("id", slow.ID), func(data json.RawMessage) bool {
		if err := json.Unmarshal(data, &last); err != nil {
			t.Fatal(err)
		}
		return false
	})
	uploads, err := p.library.Objects.ListUploads(t.Context(), photos.WorkingBucket, "", 10)
	if err != nil || len(uploads) > 0 {
		t.Errorf("the upload still stands: %+v, %v", uploads, err)
	}
	for store.holds(0) > 0 && time.Since(began) < 10*time.Second {
		time.Sleep(10 * time.Millisecond)
	}
	if took := time.Since(began); took > 2*time.Second || last.Archive.Status != "CANCELLED" {
		t.Errorf("after %s it is %+v, and %d downloads go on", took, last.Archive, store.holds(0))
	}

	open()
	fast := dan.asks(foxes)
	if fast.ID == slow.ID {
		t.Fatal("a cancelled archive was given")
	}
	checkZip(t, download(t, dan.waitUntilReady(fast.ID)), want)
	dan.do(`query($id: ID!) { archive(id: $id) { status } }`, vars("id", slow.ID), &last)
	if last.Archive.Status != "CANCELLED" {
		t.Errorf("the cancelled archive is %+v", last.Archive)
	}
	// Whoever was at work may have left something behind, which the sweeper deletes.
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if _, err := p.library.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		keys, err := p.library.Objects.List(t.Context(), photos.WorkingBucket, "", "", 100)
		if err == nil && len(keys) == 1 {
			return // the zip of the second
		}
		if time.Now().After(deadline) {
			t.Fatalf("left behind: %v, %v", keys, err)
		}
	}
}
