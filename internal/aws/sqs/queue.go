package sqs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"golang.org/x/sync/errgroup"

	"pam/internal/photos"
)

// URLs are the addresses of the two queues, such as https://sqs.eu-central-1.amazonaws.com/123456789012/detector.
type URLs struct {
	Detector string // for label jobs
	Archiver string // for all others
}

// JobQueue sends jobs. It is safe for concurrent use.
//
// The jobs of a call go in batches, some of them at a time, so their order is lost; jobs may come in any order anyway.
// Without a deadline in its context a call takes a minute at most.
type JobQueue struct {
	client *sqs.Client
	urls   URLs
}

var _ photos.JobQueue = (*JobQueue)(nil)

const (
	maxJobs     = 10_000 // in a call, by the port
	parallel    = 8      // batches under way in a call: 10,000 jobs are 1,000 of them
	sendTimeout = time.Minute
)

// New makes a JobQueue. The caller's role needs sqs:SendMessage on both queues, which covers batches
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html).
func New(cfg aws.Config, urls URLs) *JobQueue {
	return &JobQueue{client: sqs.NewFromConfig(cfg), urls: urls}
}

// Send implements photos.JobQueue. Equal jobs are sent as often as they are given.
func (q *JobQueue) Send(ctx context.Context, jobs ...photos.Job) error {
	if len(jobs) > maxJobs {
		return fmt.Errorf("sqs: %d jobs in a call, want %d at most", len(jobs), maxJobs)
	}
	bodies := make(map[string][]string, 2)
	for _, j := range jobs {
		url, err := q.url(j.Kind)
		if err != nil {
			return err
		}
		body, err := json.Marshal(j)
		if err != nil {
			return fmt.Errorf("sqs: write a job: %w", err)
		}
		if len(body) > maxBatchBytes {
			return fmt.Errorf("sqs: a job of %d bytes, want %d at most", len(body), maxBatchBytes)
		}
		bodies[url] = append(bodies[url], string(body))
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	senders, ctx := errgroup.WithContext(ctx)
	senders.SetLimit(parallel)
	for url, list := range bodies {
		for _, batch := range batches(list) {
			senders.Go(func() error { return q.sendBatch(ctx, url, batch) })
		}
	}
	return senders.Wait()
}

func (q *JobQueue) url(kind photos.JobKind) (string, error) {
	switch kind {
	case photos.JobLabel:
		return q.urls.Detector, nil
	case photos.JobPlan, photos.JobPart, photos.JobFinish:
		return q.urls.Archiver, nil
	}
	return "", fmt.Errorf("sqs: there is no queue for jobs of kind %q", kind)
}
