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
	slots := make(chan struct{}, 8)
	for ctx.Err() == nil {
		out, err := w.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(w.queue), MaxNumberOfMessages: 10, VisibilityTimeout: 30, WaitTimeSeconds: 0,
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount},
		})
		if err != nil {
			if ctx.Err() == nil {
				t.Errorf("receive: %v", err)
			}
			return
		}
		if len(out.Messages) == 0 {
			pause(ctx, 10*time.Millisecond)
		}
		for _, m := range out.Messages {
			slots <- struct{}{}
			running.Go(func() {
				defer func() { <-slots }()
				if err := w.process(ctx, m); err != nil {
					t.Errorf("settle %s: %v", aws.ToString(m.Body), err)
				}
			})
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

func (w worker) process(ctx context.Context, m types.Message) error {
	job, err := jobOf(aws.ToString(m.Body))
	if err != nil {
		return err
	}
	attempt, err := strconv.Atoi(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)])
	if err != nil {
		return err
	}
	cause := errors.New("the last attempt did not come to an end")
	if attempt <= maxAttempts {
		cause = recovered(func() error { return w.handle(ctx, job) })
	}
	interrupted := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	switch {
	case cause == nil:
		return w.delete(ctx, m)
	case interrupted:
		return w.release(ctx, m)
	case errors.Is(cause, photos.ErrBusy):
		return errors.Join(w.send(ctx, w.queue, m), w.delete(ctx, m))
	case attempt < maxAttempts:
		return w.release(ctx, m)
	}
	if err := recovered(func() error { return w.giveUp(ctx, job, cause) }); err != nil {
		return w.release(ctx, m)
	}
	return errors.Join(w.send(ctx, w.dead, m), w.delete(ctx, m))
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

func (w worker) delete(ctx context.Context, m types.Message) error {
	_, err := w.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(w.queue), ReceiptHandle: m.ReceiptHandle})
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
