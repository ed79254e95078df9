package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"pam/internal/photos"
)

// Retry says how often something is tried and how long the waits between are. They are random between zero and a length
// that doubles each time ("full jitter"), so that those who collided do not collide again. Source:
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
type Retry struct {
	Attempts int           // in all, at least 1
	Base     time.Duration // the longest first wait
	Cap      time.Duration // the longest wait
	Timeout  time.Duration // of one request; DynamoDB answers within milliseconds or not at all
}

// defaultRetry waits 3.5 seconds on average, and 7 at most, before it gives up.
func defaultRetry() Retry {
	return Retry{Attempts: 12, Base: 20 * time.Millisecond, Cap: time.Second, Timeout: 5 * time.Second}
}

// pause waits before the nth repetition, from 0. It says whether there is one: not when all attempts are used up or ctx
// ends first.
func (r Retry) pause(ctx context.Context, n int) bool {
	if n+1 >= r.Attempts || ctx.Err() != nil {
		return false
	}
	longest := r.Cap
	if n < 30 { // beyond that the shift would overflow
		longest = min(r.Cap, r.Base<<n)
	}
	timer := time.NewTimer(time.Duration(rand.Int64N(int64(longest) + 1))) //nolint:gosec // it keeps nothing secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// request sends one request until it has an answer. Of conflicts only those that are retried here come back as errBusy;
// a caller that would rather look again first says so with stopAt.
func (c *Catalog) request(ctx context.Context, what string, stopAt outcome, send func(ctx context.Context, options func(*dynamodb.Options)) error) error {
	for n := 0; ; n++ {
		err := c.send(ctx, send)
		o := classify(err)
		if o == answered || o == stopAt {
			return wrap(err, what)
		}
		if !c.retry.pause(ctx, n) {
			return giveUp(ctx, err, o, what)
		}
	}
}

// send sends one request once.
func (c *Catalog) send(ctx context.Context, send func(ctx context.Context, options func(*dynamodb.Options)) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.retry.Timeout)
	defer cancel()
	return send(ctx, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
}

// giveUp is the error of the last attempt.
func giveUp(ctx context.Context, err error, o outcome, what string) error {
	err = wrap(err, what)
	if o == contended || o == throttled {
		err = fmt.Errorf("%w: %w", photos.ErrBusy, err)
	}
	if ctx.Err() != nil {
		err = errors.Join(err, ctx.Err())
	}
	return err
}

// errStale says that a step was decided on records that have changed, or change at this moment: it has to read them again.
var errStale = errors.New("dynamodb: the records have changed")

// repeat runs a step, which reads records, decides and writes, until it is not stale any more.
func (c *Catalog) repeat(ctx context.Context, what string, step func() error) error {
	for n := 0; ; n++ {
		err := step()
		if !isStale(err) {
			return err
		}
		if !c.retry.pause(ctx, n) {
			return giveUp(ctx, err, contended, what)
		}
	}
}
