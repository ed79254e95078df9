package photos_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pam/internal/jobs"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// simulation is PAM in a world where anything can go wrong, driven by one seed. The catalog is the real one; the store of
// bytes, the labeller and the queue are in memory and survive the process.
//
// It runs in a bubble of synctest. Every call of a port waits until the scheduler has picked it, one at a time, so tasks
// are interleaved call by call in an order that the seed decides; the clock moves only when the scheduler sleeps.
type simulation struct {
	t      *testing.T
	random *rand.Rand // used by the scheduler, and by the one call that it has let go
	files  []simulatedFile
	share  float64 // of calls at which something goes wrong
	faulty float64 // the same, until it is calm
	tries  int     // of a message

	path    string
	db      *sqlite.DB
	store   *memoryStore
	queue   *simulatedQueue
	ledger  *ledger
	process *process
	ids     int
	begun   int // tasks

	mu        sync.Mutex
	step      int
	waiting   []*call
	abandoned []*call // nobody waits for the answer any more
	late      []*call // those of them that arrive nevertheless
	running   map[taskKind]int
	trace     []string
}

// taskKind says who makes calls.
type taskKind string

const (
	clientTask taskKind = "client"
	jobTask    taskKind = "job"
	sweepTask  taskKind = "sweep"
)

// atOnce is how many tasks of a kind run at a time.
func (k taskKind) atOnce() int {
	switch k {
	case clientTask:
		return 2
	case jobTask:
		return 3
	case sweepTask:
	}
	return 1
}

// process is one life of the program: from a start to a crash.
type process struct {
	s       *simulation
	ctx     context.Context // ends with the process
	crash   context.CancelFunc
	library *photos.Library
	handler jobs.Handler
}

// call is a call of a port.
type call struct {
	task, what string
	since      int
	do         func(ctx context.Context) error
	fate       chan fate
}

// fate is what becomes of a call.
type fate string

const (
	succeeds   fate = ""
	failsFirst fate = "fails"              // nothing has happened
	isRefused  fate = "is busy"            // nor has anything here
	failsAfter fate = "fails, but is done" // the answer was lost
	comesTwice fate = "is done twice"      // the answer was lost, and a client library tried again
)

var errLine = errors.New("the line went dead")

func newSimulation(t *testing.T, seed uint64) *simulation {
	s := &simulation{
		t: t, random: rand.New(rand.NewPCG(seed, 0)), path: filepath.Join(memoryFolder(t), "pam.db"),
		running: map[taskKind]int{}, store: newMemoryStore(time.Now),
	}
	s.share = []float64{0.03, 0.08, 0.15}[s.random.IntN(3)]
	s.faulty = s.share
	s.tries = []int{12, 12, 12, 3}[s.random.IntN(4)]
	s.files = makeFiles(s.random)
	s.queue = &simulatedQueue{s: s}
	s.ledger = newLedger(s)
	s.store.created, s.store.cut = s.arrived, s.cutBody
	s.start()
	return s
}

// memoryFolder gives a folder in memory where there is one: thousands of databases need not wait for a disk.
func memoryFolder(t *testing.T) string {
	folder, err := os.MkdirTemp("/dev/shm", "pam-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// start begins a life of the program on what the last one left.
func (s *simulation) start() {
	var err error
	if s.db, err = sqlite.Open(context.Background(), s.path); err != nil {
		s.t.Fatal(err)
	}
	s.ledger.Catalog = s.db.Catalog()
	p := &process{s: s}
	p.ctx, p.crash = context.WithCancel(context.Background())
	p.library, err = photos.NewLibrary(photos.Config{
		Catalog: faultyCatalog{s.ledger, p}, Objects: faultyObjects{s.store, p}, Inspector: faultyInspector{headInspector{}, p},
		Labeler: faultyLabeler{headLabeler{}, p}, Queue: faultyQueue{s.queue, p}, Notifier: faultyNotifier{s.ledger, p}, Directory: faultyDirectory{directory{}, p},
		Now: time.Now, NewID: s.newID, Logger: slog.New(slog.DiscardHandler), ArchiveMemory: photos.MinArchiveMemory,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	p.handler = jobs.Handler{Library: p.library}
	s.process = p
}

func (s *simulation) newID(time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	return fmt.Sprintf("01SIMULATED%015d", s.ids)
}

// note writes a line into the trace.
func (s *simulation) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trace = append(s.trace, fmt.Sprintf("%4d ", s.step)+fmt.Sprintf(format, args...))
}

// now is the number of the latest step: what the ledger counts time in.
func (s *simulation) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.step
}

type taskKey struct{}

// task begins a task; it ends at the latest with the process.
func (s *simulation) task(kind taskKind, what string, do func(ctx context.Context)) {
	s.begun++
	name := fmt.Sprintf("%s %d", kind, s.begun)
	s.note("%s: %s", name, what)
	s.mu.Lock()
	s.running[kind]++
	s.mu.Unlock()
	ctx := context.WithValue(s.process.ctx, taskKey{}, name)
	go func() {
		do(ctx)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.running[kind]--
	}()
}

// step implements world: it waits until the scheduler has decided about the call.
func (p *process) step(ctx context.Context, what string, do func(ctx context.Context) error) error {
	if p.ctx.Err() != nil {
		return errCrash
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	task, _ := ctx.Value(taskKey{}).(string)
	c := &call{task: task, what: what, do: do, fate: make(chan fate, 1)}
	p.s.arrive(c)
	select {
	case f := <-c.fate:
		switch f {
		case failsFirst:
			return errLine
		case isRefused:
			return fmt.Errorf("slow down: %w", photos.ErrBusy)
		case failsAfter:
			_ = do(ctx)
			return errLine
		case comesTwice:
			_ = do(ctx)
		case succeeds:
		}
		return do(ctx)
	case <-ctx.Done():
		p.s.abandon(c)
		return context.Cause(ctx)
	case <-p.ctx.Done():
		p.s.abandon(c)
		return errCrash
	}
}

func (s *simulation) arrive(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.since = s.step
	s.waiting = append(s.waiting, c)
}

func (s *simulation) abandon(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = slices.DeleteFunc(s.waiting, func(other *call) bool { return other == c })
	s.abandoned = append(s.abandoned, c)
}

// settle waits until every task waits for the scheduler or for time to pass, and decides which of the calls that were
// abandoned meanwhile had been sent already and will arrive. It gives the calls that wait, in an order that the seed
// decides.
func (s *simulation) settle() []*call {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	order := func(a, b *call) int {
		return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.task, b.task), cmp.Compare(a.what, b.what))
	}
	slices.SortFunc(s.waiting, order)
	slices.SortFunc(s.abandoned, order)
	for _, c := range s.abandoned {
		if s.random.Float64() < 0.3 {
			s.late = append(s.late, c)
		}
	}
	s.abandoned = nil
	return slices.Clone(s.waiting)
}

// release lets a call go.
func (s *simulation) release(c *call) {
	f := succeeds
	if s.faulty > 0 && s.random.Float64() < s.faulty {
		f = []fate{failsFirst, isRefused, failsAfter, comesTwice}[s.random.IntN(4)]
	}
	s.mu.Lock()
	s.step++
	s.waiting = slices.DeleteFunc(s.waiting, func(other *call) bool { return other == c })
	s.mu.Unlock()
	s.note("%s: %s %s", c.task, c.what, f)
	c.fate <- f
	synctest.Wait()
}

// land lets calls arrive whose callers have gone.
func (s *simulation) land(n int) {
	for _, c := range s.late[:n] {
		s.mu.Lock()
		s.step++
		s.mu.Unlock()
		s.note("%s: %s arrives late", c.task, c.what)
		_ = c.do(context.Background())
	}
	s.late = s.late[n:]
}

// sleep lets time pass: whatever was sent has arrived by then.
func (s *simulation) sleep(d time.Duration) {
	s.settle()
	s.checkCounters()
	s.land(len(s.late))
	s.note("%s pass", d)
	time.Sleep(d)
}

// crash ends the process between any two of its calls; some of those under way have their effect. Then it starts again.
func (s *simulation) crash() {
	s.note("crash")
	s.process.crash()
	s.settle()
	s.land(len(s.late))
	for kind, n := range s.running {
		if n > 0 {
			s.t.Fatalf("%d %s tasks outlive their process", n, kind)
		}
	}
	if err := s.db.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.queue.releaseAll()
	s.start()
	s.checkCounters()
}

// close ends the simulation; nothing of it may go on.
func (s *simulation) close() {
	s.process.crash()
	synctest.Wait()
	if err := s.db.Close(); err != nil {
		s.t.Error(err)
	}
}

// count says how many tasks of a kind run.
func (s *simulation) count(kind taskKind) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running[kind]
}

func (s *simulation) idle() bool {
	return s.count(clientTask)+s.count(jobTask)+s.count(sweepTask) == 0
}

// cutBody lets some bodies end before their time.
func (s *simulation) cutBody(size int64) int64 {
	if s.faulty > 0 && size > 0 && s.random.Float64() < s.faulty/4 {
		return s.random.Int64N(size)
	}
	return size
}
