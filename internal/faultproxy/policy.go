package faultproxy

import (
	"context"
	"net/http"
	"time"
)

// Policy says how a request is treated. It is called once for each, before the request is passed on, by many goroutines
// at once; it must not change the request or read its body.
type Policy func(*http.Request) Treatment

// Treatment is what happens to a request and its response. The zero value passes both on as they are.
type Treatment struct {
	// Delay is how long the response is held back once its header has come from the server, so that its first byte comes
	// later by that much, as over a line with that round-trip time. Interim responses (100 Continue) are not held back.
	Delay time.Duration
	// Fault is what goes wrong.
	Fault Fault
}

// Fault is something that goes wrong on the way.
type Fault int

// The faults of a network and of a store that is asked too much.
const (
	NoFault Fault = iota
	// LoseRequest cuts the client's connection before the server has seen the request.
	LoseRequest
	// LoseResponse cuts it when the server has answered: the request had its effect, and the client does not know.
	LoseResponse
	// CutBody cuts it in the middle of the response's body; a response without one is lost.
	CutBody
	// SlowDown answers 503 as S3 does when a prefix is asked too much, without passing the request on. Source:
	// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
	SlowDown
)

// Untouched is the policy that changes nothing.
func Untouched(*http.Request) Treatment { return Treatment{} }

// DelayAll is the policy that holds every response back.
func DelayAll(delay time.Duration) Policy {
	return func(*http.Request) Treatment { return Treatment{Delay: delay} }
}

func wait(ctx context.Context, delay time.Duration) error {
	if delay <= 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
