package sqs_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pam/internal/aws/sqs"
	"pam/internal/photos"
)

func (s *service) queue(t *testing.T) *sqs.JobQueue {
	t.Helper()
	return sqs.New(s.config(t), sqs.URLs{Detector: "http://queues/detector", Archiver: "http://queues/archiver"})
}

func partJobs(n int) []photos.Job {
	jobs := make([]photos.Job, n)
	for i := range jobs {
		jobs[i] = photos.Job{Kind: photos.JobPart, Owner: "dan", ArchiveID: "01A", Part: i + 1}
	}
	return jobs
}

// taken gives the parts whose jobs a service has, in order.
func (s *service) taken(t *testing.T) []int {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var parts []int
	for _, m := range s.queues["http://queues/archiver"] {
		job, err := jobOf(m.body)
		if err != nil {
			t.Error(err)
		}
		parts = append(parts, job.Part)
	}
	slices.Sort(parts)
	return parts
}

func TestBatches(t *testing.T) {
	long := photos.Owner(strings.Repeat("x", 300<<10))
	for _, c := range []struct {
		name, reason string
		jobs         []photos.Job
		batches      []int // messages of each, sorted
	}{
		{"one", "a single job is a batch, too", partJobs(1), []int{1}},
		{"full", "ten go in one call", partJobs(10), []int{10}},
		{"rest", "what is left over goes in a call of its own", partJobs(21), []int{1, 10, 10}},
		{"two queues", "a batch is for one queue", append(partJobs(2), photos.Job{Kind: photos.JobLabel, Owner: "dan", PhotoID: "01J"}), []int{1, 2}},
		{"long", "a batch has 1 MiB", []photos.Job{{Kind: photos.JobPlan, Owner: long}, {Kind: photos.JobPlan, Owner: long}, {Kind: photos.JobPlan, Owner: long}, {Kind: photos.JobPlan, Owner: long}}, []int{1, 3}},
		{"most", "ten thousand jobs are one call of Send", partJobs(10_000), slices.Repeat([]int{10}, 1000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{}
			if err := s.queue(t).Send(t.Context(), c.jobs...); err != nil {
				t.Fatal(err)
			}
			var sizes []int
			for _, b := range s.sent() {
				sizes = append(sizes, len(b.bodies))
			}
			slices.Sort(sizes)
			if !slices.Equal(sizes, c.batches) {
				t.Errorf("batches of %v, want %v: %s", sizes, c.batches, c.reason)
			}
		})
	}
}

func TestRefusedBeforeSending(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		jobs         []photos.Job
	}{
		{"too many", "the port allows 10,000", partJobs(10_001)},
		{"unknown", "nobody would take it", append(partJobs(1), photos.Job{Kind: "no such kind"})},
		{"too long", "no batch can hold it", []photos.Job{{Kind: photos.JobPlan, Owner: photos.Owner(strings.Repeat("x", 1<<20))}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{}
			if err := s.queue(t).Send(t.Context(), c.jobs...); err == nil {
				t.Errorf("it was taken, although %s", c.reason)
			}
			if n := len(s.sent()); n != 0 {
				t.Errorf("%d batches were sent: what is wrong with one is known before", n)
			}
		})
	}
}

// A batch may be taken in part: the rest is sent again, and only the rest.
func TestPartialFailures(t *testing.T) {
	s := &service{refuse: func(batch int, body string) *entryError {
		if batch < 4 && strings.Contains(body, `"part":7`) || batch == 1 && strings.Contains(body, `"part":3`) {
			return &entryError{Code: "InternalError"}
		}
		return nil
	}}
	if err := s.queue(t).Send(t.Context(), partJobs(8)...); err != nil {
		t.Fatal(err)
	}
	if got := s.taken(t); !slices.Equal(got, []int{1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Errorf("parts %v, want each of 8 once", got)
	}
	var sizes []int
	for _, b := range s.sent() {
		sizes = append(sizes, len(b.bodies))
	}
	if !slices.Equal(sizes, []int{8, 2, 1, 1}) {
		t.Errorf("batches of %v, want 8 and then what was left", sizes)
	}
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		service      *service
		busy         bool
		batches      int
	}{
		{"sender's fault", "sending it again would fail again", &service{refuse: func(int, string) *entryError {
			return &entryError{Code: "InvalidMessageContents", SenderFault: true, Message: "no"}
		}}, false, 1},
		{"throttled", "the SDK has tried three times", &service{fail: func(int) (int, string) { return 400, "RequestThrottled" }}, true, 3},
		{"outage", "the SDK has tried three times", &service{fail: func(int) (int, string) { return 500, "InternalError" }}, false, 3},
		{"no queue", "a configuration does not mend itself", &service{fail: func(int) (int, string) { return 400, "QueueDoesNotExist" }}, false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.service.queue(t).Send(t.Context(), partJobs(3)...)
			if err == nil || errors.Is(err, photos.ErrBusy) != c.busy {
				t.Errorf("%v: busy must be %v, as %s", err, c.busy, c.reason)
			}
			if n := len(c.service.sent()); n != c.batches {
				t.Errorf("%d batches, want %d: %s", n, c.batches, c.reason)
			}
		})
	}
}

// What fails in part is tried for as long as the caller has time, with pauses, and no longer.
func TestDeadline(t *testing.T) {
	s := &service{refuse: func(_ int, body string) *entryError {
		if strings.Contains(body, `"part":2`) {
			return &entryError{Code: "InternalError"}
		}
		return nil
	}}
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	err := s.queue(t).Send(ctx, partJobs(3)...)
	if !errors.Is(err, photos.ErrBusy) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v: the caller's time is over", err)
	}
	if got := s.taken(t); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("parts %v", got)
	}
	if n := len(s.sent()); n < 2 || n > 100 {
		t.Errorf("%d batches in 0.4 s: want several, with pauses between them", n)
	}
}
