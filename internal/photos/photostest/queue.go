package photostest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pam/internal/photos"
)

// QueueUnderTest is a queue with the workers that take its jobs.
type QueueUnderTest struct {
	photos.JobQueue

	// Work gives the jobs of both queues, detector's and archiver's, to handle until stop is called, and tells giveUp of
	// those that failed MaxAttempts times. Failed jobs should come again within a fraction of a second. At least two
	// handlers run at a time. stop returns when no handler runs any more; handlers that run are cancelled.
	Work func(t *testing.T, handle func(context.Context, photos.Job) error, giveUp func(context.Context, photos.Job, error) error) (stop func())
	// MaxAttempts is how often a job is tried.
	MaxAttempts int
	// Dead gives the jobs that ended as dead letters.
	Dead func(t *testing.T) []photos.Job
	// Patience is how long to wait for what must happen; 20 seconds when zero.
	Patience time.Duration
	// Many is how many jobs one call of Send takes in the test of that; 1,200 when zero. Some stand-ins get slow with them.
	Many int
	// Reopen ends the queue as the end of its process would, and gives it as the next process finds it.
	Reopen func(t *testing.T) QueueUnderTest
}

// queueTest is one case's queue and what its workers saw.
type queueTest struct {
	QueueUnderTest
	reason string
}

// Queue checks the contract of photos.JobQueue together with the workers behind it, which keep half of it. It calls open
// for each of its cases and expects an empty queue.
func Queue(t *testing.T, open func(t *testing.T) QueueUnderTest) {
	for _, tc := range []struct {
		name   string
		reason string
		run    func(*testing.T, queueTest)
	}{
		{"EveryKind", "a job of every kind arrives whole, label jobs and archive jobs alike", testQueueKinds},
		{"Nothing", "sending no jobs is no error", testQueueNothing},
		{"Unknown", "a job of a kind that nobody handles is refused when it is sent", testQueueUnknown},
		{"SentBeforeWork", "jobs wait for their workers", testQueueBefore},
		{"Many", "the jobs of a large archive are taken in one call and all arrive", testQueueMany},
		{"Failure", "a job that fails comes again until it succeeds, and then no more", testQueueFailure},
		{"Panic", "a handler that panics has failed, and others go on", testQueuePanic},
		{"DeadLetter", "a job that fails too often is given up once and ends as a dead letter", testQueueDead},
		{"GiveUpFails", "a job is not buried before giving it up has worked", testQueueGiveUp},
		{"Busy", "a busy store says nothing about the job: however often it happens, it uses up no attempt", testQueueBusy},
		{"SentByHandlers", "handlers send the jobs that follow", testQueueChain},
		{"Reopen", "what Send has taken outlives the process, handed out or not", testQueueReopen},
		{"Concurrent", "many may send at once", testQueueConcurrent},
	} {
		t.Run(tc.name, func(t *testing.T) { tc.run(t, queueTest{open(t), tc.reason}) })
	}
}

// partJobs makes so many jobs of one archive.
func partJobs(n int) []photos.Job {
	jobs := make([]photos.Job, n)
	for i := range jobs {
		jobs[i] = photos.Job{Kind: photos.JobPart, Owner: "owner-1", ArchiveID: id(1), Part: i + 1}
	}
	return jobs
}

func (q queueTest) send(t *testing.T, jobs ...photos.Job) {
	t.Helper()
	if err := q.Send(t.Context(), jobs...); err != nil {
		t.Fatalf("%s: Send: %v", q.reason, err)
	}
}

// calls records what handlers saw.
type calls struct {
	mu   sync.Mutex
	jobs []photos.Job
}

// add gives how often the job has been seen, this time included.
func (c *calls) add(j photos.Job) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.jobs = append(c.jobs, j)
	return c.count(j)
}

func (c *calls) count(j photos.Job) int {
	n := 0
	for _, seen := range c.jobs {
		if seen == j {
			n++
		}
	}
	return n
}

func (c *calls) of(j photos.Job) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count(j)
}

// distinct gives the jobs seen, each once.
func (c *calls) distinct() []photos.Job {
	c.mu.Lock()
	defer c.mu.Unlock()
	return sortedJobs(c.jobs)
}

func sortedJobs(jobs []photos.Job) []photos.Job {
	out := slices.Clone(jobs)
	slices.SortFunc(out, func(a, b photos.Job) int {
		return slices.Compare([]string{string(a.Kind), fmt.Sprintf("%08d", a.Part), string(a.Owner), a.PhotoID, a.ArchiveID},
			[]string{string(b.Kind), fmt.Sprintf("%08d", b.Part), string(b.Owner), b.PhotoID, b.ArchiveID})
	})
	return slices.Compact(out)
}

// eventually waits until the condition holds.
func (q queueTest) eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	patience := q.Patience
	if patience == 0 {
		patience = 20 * time.Second
	}
	deadline := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: after %v still not: %s", q.reason, patience, what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// arrive waits until all jobs have been seen and no others.
func (q queueTest) arrive(t *testing.T, seen *calls, jobs []photos.Job) {
	t.Helper()
	want := sortedJobs(jobs)
	q.eventually(t, "all jobs arrived", func() bool { return len(seen.distinct()) >= len(want) })
	if got := seen.distinct(); !slices.Equal(got, want) {
		t.Fatalf("%s:\n got %v\nwant %v", q.reason, got, want)
	}
}

// work starts workers that cannot give up.
func (q queueTest) work(t *testing.T, handle func(context.Context, photos.Job) error) (stop func()) {
	return q.Work(t, handle, func(_ context.Context, j photos.Job, cause error) error {
		t.Errorf("%s: %v was given up: %v", q.reason, j, cause)
		return nil
	})
}

// quiet gives a redelivery that should not be the time to happen.
func quiet() { time.Sleep(300 * time.Millisecond) }

func testQueueKinds(t *testing.T, q queueTest) {
	jobs := []photos.Job{
		{Kind: photos.JobLabel, Owner: "owner-1", PhotoID: id(1)},
		{Kind: photos.JobPlan, Owner: "öwner|2 \"<&>", ArchiveID: id(2)},
		{Kind: photos.JobPart, Owner: "owner-1", ArchiveID: id(3), Part: 9999},
		{Kind: photos.JobFinish, Owner: "owner-1", ArchiveID: id(4)},
	}
	var seen calls
	defer q.work(t, func(_ context.Context, j photos.Job) error { seen.add(j); return nil })()
	q.send(t, jobs...)
	q.arrive(t, &seen, jobs)
}

func testQueueNothing(t *testing.T, q queueTest) { q.send(t) }

func testQueueUnknown(t *testing.T, q queueTest) {
	if err := q.Send(t.Context(), photos.Job{Kind: "no such kind", Owner: "owner-1"}); err == nil {
		t.Fatalf("%s: Send took it", q.reason)
	}
}

func testQueueBefore(t *testing.T, q queueTest) {
	jobs := partJobs(5)
	q.send(t, jobs...)
	var seen calls
	defer q.work(t, func(_ context.Context, j photos.Job) error { seen.add(j); return nil })()
	q.arrive(t, &seen, jobs)
}

func testQueueMany(t *testing.T, q queueTest) {
	many := 1200
	if q.Many > 0 {
		many = q.Many
	}
	jobs := partJobs(many)
	var mu sync.Mutex
	got := make(map[int]bool)
	defer q.work(t, func(_ context.Context, j photos.Job) error {
		mu.Lock()
		defer mu.Unlock()
		got[j.Part] = true
		return nil
	})()
	q.send(t, jobs...)
	q.eventually(t, "all jobs arrived", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(got) == len(jobs)
	})
}

func testQueueFailure(t *testing.T, q queueTest) {
	jobs := partJobs(3)
	var seen calls
	defer q.work(t, func(_ context.Context, j photos.Job) error {
		if n := seen.add(j); j.Part == 2 && n < q.MaxAttempts {
			return errors.New("not yet")
		}
		return nil
	})()
	q.send(t, jobs...)
	q.eventually(t, "the failing job's last attempt", func() bool { return seen.of(jobs[1]) == q.MaxAttempts })
	quiet()
	if n := seen.of(jobs[1]); n != q.MaxAttempts {
		t.Errorf("%s: it came %d times, and should have %d times", q.reason, n, q.MaxAttempts)
	}
	if dead := q.Dead(t); len(dead) > 0 {
		t.Errorf("%s: dead letters %v", q.reason, dead)
	}
}

func testQueuePanic(t *testing.T, q queueTest) {
	jobs := partJobs(4)
	var seen calls
	defer q.work(t, func(_ context.Context, j photos.Job) error {
		if n := seen.add(j); j.Part%2 == 0 && n == 1 {
			panic("a broken photo")
		}
		return nil
	})()
	q.send(t, jobs...)
	q.arrive(t, &seen, jobs)
	q.eventually(t, "both came again", func() bool { return seen.of(jobs[1]) == 2 && seen.of(jobs[3]) == 2 })
}

func testQueueDead(t *testing.T, q queueTest) {
	jobs := partJobs(3)
	cause := errors.New("it is broken")
	var seen, given calls
	defer q.Work(t, func(_ context.Context, j photos.Job) error {
		seen.add(j)
		if j.Part == 2 {
			return cause
		}
		return nil
	}, func(_ context.Context, j photos.Job, err error) error {
		given.add(j)
		if !errors.Is(err, cause) {
			t.Errorf("%s: given up because of %v", q.reason, err)
		}
		return nil
	})()
	q.send(t, jobs...)
	q.eventually(t, "a dead letter", func() bool { return len(q.Dead(t)) > 0 })
	quiet()
	if dead := q.Dead(t); !slices.Equal(dead, jobs[1:2]) {
		t.Errorf("%s: dead letters %v", q.reason, dead)
	}
	if tries, ends := seen.of(jobs[1]), given.of(jobs[1]); tries != q.MaxAttempts || ends != 1 {
		t.Errorf("%s: %d attempts, and given up %d times; want %d and 1", q.reason, tries, ends, q.MaxAttempts)
	}
	if others := given.distinct(); len(others) != 1 {
		t.Errorf("%s: given up %v", q.reason, others)
	}
}

func testQueueGiveUp(t *testing.T, q queueTest) {
	job := partJobs(1)[0]
	var seen, given calls
	defer q.Work(t, func(_ context.Context, j photos.Job) error {
		seen.add(j)
		return errors.New("it is broken")
	}, func(_ context.Context, j photos.Job, _ error) error {
		if len(q.Dead(t)) > 0 {
			t.Errorf("%s: it was buried before", q.reason)
		}
		if given.add(j) < 3 {
			return errors.New("the store is away")
		}
		return nil
	})()
	q.send(t, job)
	q.eventually(t, "a dead letter", func() bool { return len(q.Dead(t)) > 0 })
	if n := given.of(job); n != 3 {
		t.Errorf("%s: given up %d times, want 3", q.reason, n)
	}
}

func testQueueBusy(t *testing.T, q queueTest) {
	job := partJobs(1)[0]
	busy := 3 * q.MaxAttempts
	var seen calls
	defer q.work(t, func(_ context.Context, j photos.Job) error {
		switch n := seen.add(j); {
		case n <= busy:
			return fmt.Errorf("commit: %w", photos.ErrBusy)
		case n < busy+q.MaxAttempts:
			return errors.New("a real failure")
		}
		return nil
	})()
	q.send(t, job)
	q.eventually(t, "the job succeeded", func() bool { return seen.of(job) == busy+q.MaxAttempts })
	quiet()
	if dead := q.Dead(t); len(dead) > 0 {
		t.Errorf("%s: dead letters %v", q.reason, dead)
	}
}

func testQueueChain(t *testing.T, q queueTest) {
	const length = 20
	var seen calls
	defer q.work(t, func(ctx context.Context, j photos.Job) error {
		seen.add(j)
		if j.Part == length {
			return nil
		}
		j.Part++
		return q.Send(ctx, j)
	})()
	q.send(t, partJobs(1)...)
	q.arrive(t, &seen, partJobs(length))
}

func testQueueReopen(t *testing.T, q queueTest) {
	jobs := append(partJobs(5), photos.Job{Kind: photos.JobLabel, Owner: "owner-1", PhotoID: id(1)})
	q.send(t, jobs...)
	var before calls
	started := make(chan struct{}, len(jobs))
	stop := q.work(t, func(ctx context.Context, j photos.Job) error {
		if before.add(j); j.Part == 1 {
			return nil // this one is done
		}
		started <- struct{}{}
		<-ctx.Done() // the others are in the hands of a process that ends
		return ctx.Err()
	})
	<-started
	q.eventually(t, "the first is done", func() bool { return before.of(jobs[0]) > 0 })
	stop()
	q.QueueUnderTest = q.Reopen(t)
	var after calls
	defer q.work(t, func(_ context.Context, j photos.Job) error { after.add(j); return nil })()
	q.eventually(t, "the others arrived", func() bool {
		for _, j := range jobs[1:] {
			if after.of(j) == 0 {
				return false
			}
		}
		return true
	})
}

func testQueueConcurrent(t *testing.T, q queueTest) {
	jobs := partJobs(200)
	var seen calls
	defer q.work(t, func(_ context.Context, j photos.Job) error { seen.add(j); return nil })()
	race(t, 20, func(ctx context.Context, i int) error { return q.Send(ctx, jobs[10*i:10*i+10]...) })
	q.arrive(t, &seen, jobs)
}
