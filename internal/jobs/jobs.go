// Package jobs turns the messages of the two queues into use cases of the library. It stands between whatever hands out
// messages (the laptop's worker, a Lambda event source) and package photos, so that both hand them out alike.
//
// A message is either a job of ours or, on the detector's queue, a notification of S3 that objects were created.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pam/internal/photos"
	"pam/internal/s3event"
)

// Handler does what messages ask for.
type Handler struct {
	// Library does the work.
	Library *photos.Library
	// Time is how long one message may take; 14 minutes when zero, which leaves a Lambda function, stopped after 15, time to
	// say what went wrong.
	Time time.Duration
}

func (h Handler) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if h.Time > 0 {
		return context.WithTimeout(ctx, h.Time)
	}
	return context.WithTimeout(ctx, 14*time.Minute)
}

// Handle does what one message asks for. An error means that the message is to be handed out again; of a notification
// that names several objects all are tried first.
func (h Handler) Handle(ctx context.Context, message []byte) error {
	jobs, err := Parse(message)
	if err != nil {
		return err
	}
	ctx, cancel := h.deadline(ctx)
	defer cancel()
	errs := make([]error, len(jobs))
	for i, job := range jobs {
		errs[i] = h.Library.Handle(ctx, job)
	}
	return errors.Join(errs...)
}

// GiveUp ends what a message was about in a state that its owner sees, because it failed too often. A message that
// cannot be read concerns no record, so it just becomes a dead letter.
func (h Handler) GiveUp(ctx context.Context, message []byte, cause error) error {
	jobs, err := Parse(message)
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	ctx, cancel := h.deadline(ctx)
	defer cancel()
	errs := make([]error, len(jobs))
	for i, job := range jobs {
		errs[i] = h.Library.GiveUp(ctx, job, cause)
	}
	return errors.Join(errs...)
}

// Enqueue puts what a message asks for on the queue instead of doing it.
func (h Handler) Enqueue(ctx context.Context, message []byte) error {
	jobs, err := Parse(message)
	if err != nil {
		return err
	}
	if err := h.Library.Queue.Send(ctx, jobs...); err != nil {
		return fmt.Errorf("put jobs on the queue: %w", err)
	}
	return nil
}

// Parse reads a message. Objects that are not photos give no job.
func Parse(message []byte) ([]photos.Job, error) {
	var job photos.Job
	if err := json.Unmarshal(message, &job); err == nil && job.Kind != "" {
		return []photos.Job{job}, nil
	}
	events, err := s3event.ParseEvents(message)
	if err != nil {
		return nil, fmt.Errorf("a message that is neither a job nor an event of S3: %w", err)
	}
	var jobs []photos.Job
	for _, event := range events {
		if owner, id, ok := event.Photo(); ok {
			jobs = append(jobs, photos.Job{Kind: photos.JobLabel, Owner: owner, PhotoID: id})
		}
	}
	return jobs, nil
}
