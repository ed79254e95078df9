package sqs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"pam/internal/photos"
)

const maxAttempts = 4

// worker stands where Lambda's event source mapping and the functions behind it stand: it takes messages of one queue and
// settles them. SQS counts each delivery, so a message that is not to be counted is sent again and the old one deleted.
type worker struct {
	client      *sqs.Client
	queue, dead string // URLs
	handle      func(context.Context, photos.Job) error
	giveUp      func(context.Context, photos.Job, error) error
}

// run takes messages until ctx ends, and then waits for those that are worked on.
func (w worker) run(ctx context.Context, t *testing.T) {
	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, 4)
	wait := 10 * time.Millisecond
	for ctx.Err() == nil {
		// A call that is cut off may have hidden messages all the same; nobody would give them back.
		out, err := w.client.ReceiveMessage(context.WithoutCancel(ctx), &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(w.queue), MaxNumberOfMessages: 10, VisibilityTimeout: 30,
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount},
		})
		switch {
		case err != nil:
			t.Errorf("receive: %v", err)
			return
		case len(out.Messages) == 0:
			pause(ctx, wait)
			wait = min(2*wait, 200*time.Millisecond)
			continue
		}
		wait = 10 * time.Millisecond
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			w.processAll(ctx, t, out.Messages)
		})
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// processAll works on messages that were received together, and ends those that are done in one call.
func (w worker) processAll(ctx context.Context, t *testing.T, messages []types.Message) {
	var all sync.WaitGroup
	done := make([]bool, len(messages))
	for i, m := range messages {
		all.Go(func() {
			var err error
			if done[i], err = w.process(ctx, m); err != nil {
				t.Errorf("settle %s: %v", aws.ToString(m.Body), err)
			}
		})
	}
	all.Wait()
	var entries []types.DeleteMessageBatchRequestEntry
	for i, m := range messages {
		if done[i] {
			entries = append(entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle})
		}
	}
	if len(entries) == 0 {
		return
	}
	out, err := w.client.DeleteMessageBatch(context.WithoutCancel(ctx), &sqs.DeleteMessageBatchInput{QueueUrl: aws.String(w.queue), Entries: entries})
	if err != nil || len(out.Failed) > 0 {
		t.Errorf("delete messages: %v, %+v", err, out)
	}
}

// process says whether a message is done; one that is not has been given back.
func (w worker) process(ctx context.Context, m types.Message) (done bool, err error) {
	job, err := jobOf(aws.ToString(m.Body))
	if err != nil {
		return false, err
	}
	attempt, err := strconv.Atoi(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)])
	if err != nil {
		return false, err
	}
	cause := errors.New("the last attempt did not come to an end")
	if attempt <= maxAttempts {
		cause = recovered(func() error { return w.handle(ctx, job) })
	}
	interrupted := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	switch {
	case cause == nil:
		return true, nil
	case interrupted:
		return false, w.release(ctx, m)
	case errors.Is(cause, photos.ErrBusy):
		return true, w.send(ctx, w.queue, m)
	case attempt < maxAttempts:
		return false, w.release(ctx, m)
	}
	if err := recovered(func() error { return w.giveUp(ctx, job, cause) }); err != nil {
		return false, w.release(ctx, m)
	}
	return true, w.send(ctx, w.dead, m)
}

func recovered(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return f()
}

func (w worker) send(ctx context.Context, queue string, m types.Message) error {
	_, err := w.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(queue), MessageBody: m.Body})
	return err
}

func (w worker) release(ctx context.Context, m types.Message) error {
	_, err := w.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: aws.String(w.queue), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0})
	return err
}

func jobOf(body string) (photos.Job, error) {
	var j photos.Job
	err := json.Unmarshal([]byte(body), &j)
	return j, err
}
