package sqs

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"pam/internal/aws/awserror"
	"pam/internal/photos"
)

// Limits of a batch: 10 messages, whose bodies have 1 MiB together, as has the largest of them. Source:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html.
const (
	maxBatchEntries = 10
	maxBatchBytes   = 1 << 20
)

// batches cuts bodies, none of which is larger than a batch may be.
func batches(bodies []string) [][]string {
	var cut [][]string
	begin, size := 0, 0
	for i, body := range bodies {
		if i-begin == maxBatchEntries || size+len(body) > maxBatchBytes {
			cut = append(cut, bodies[begin:i])
			begin, size = i, 0
		}
		size += len(body)
	}
	if begin < len(bodies) {
		cut = append(cut, bodies[begin:])
	}
	return cut
}

// The wait before what failed is sent again: a random time up to a bound that doubles ("full jitter"). Source:
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
const (
	firstBound = 50 * time.Millisecond
	lastBound  = 5 * time.Second
)

// sendBatch sends messages until all are taken. A batch can be taken in part: then the rest is sent again for as long as
// the context lasts, except for messages that SQS will never take.
func (q *JobQueue) sendBatch(ctx context.Context, url string, bodies []string) error {
	for bound := firstBound; ; bound = min(2*bound, lastBound) {
		entries := make([]types.SendMessageBatchRequestEntry, len(bodies))
		for i, body := range bodies {
			entries[i] = types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String(body)}
		}
		out, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: aws.String(url), Entries: entries})
		if err != nil {
			return awserror.Wrap("sqs: send a batch", err)
		}
		rest, failure, err := left(bodies, out)
		if err != nil || len(rest) == 0 {
			return err
		}
		bodies = rest
		if err := pause(ctx, rand.N(bound)); err != nil {
			return fmt.Errorf("%w: sqs: %d jobs were not taken in time, the last because of %s: %w", photos.ErrBusy, len(rest), failure, err)
		}
	}
}

// left gives the bodies that a batch did not take and why. The error is for one that it never will: our mistake.
func left(bodies []string, out *sqs.SendMessageBatchOutput) (rest []string, failure string, err error) {
	for _, f := range out.Failed {
		i, err := strconv.Atoi(aws.ToString(f.Id))
		if err != nil || i < 0 || i >= len(bodies) {
			return nil, "", fmt.Errorf("sqs: a batch of %d failed at entry %q", len(bodies), aws.ToString(f.Id))
		}
		if failure = aws.ToString(f.Code); f.SenderFault {
			return nil, failure, fmt.Errorf("sqs: a job is refused: %s: %s", failure, aws.ToString(f.Message))
		}
		rest = append(rest, bodies[i])
	}
	return rest, failure, nil
}

// pause waits, or gives the context's error when that ends first.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
