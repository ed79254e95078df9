package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"pam/bench/process"
)

// What the load generator can be told. It is a process of its own, so that it has a processor of its own.
const (
	sendBarrage      = "barrage"
	subscribeStreams = "subscribe"
	collectDelays    = "collect"
)

// loadOrder is one line to the load generator.
type loadOrder struct {
	Do      string  `json:"do"`
	Barrage barrage `json:"barrage"`           // its connections are those of subscribers, too
	Tokens  string  `json:"tokens,omitempty"`  // a file with all tokens
	Body    string  `json:"body,omitempty"`    // a file with the body of requests
	Commits []int64 `json:"commits,omitempty"` // what to collect the delays of: microseconds since 1970
}

// generator is the load generator, which may hold subscriptions between two orders.
type generator struct {
	following *following
	base      int // the count of freshLabel when they had begun
	meter     meter
}

func serveLoad(ctx context.Context, in io.Reader, out io.Writer) error {
	var g generator
	return process.Serve(ctx, in, out, g.obey)
}

func (g *generator) obey(ctx context.Context, o loadOrder) (sample, error) {
	switch o.Do {
	case sendBarrage:
		if err := o.readFiles(); err != nil {
			return sample{}, err
		}
		return o.Barrage.send(ctx)
	case subscribeStreams:
		if err := o.readFiles(); err != nil {
			return sample{}, err
		}
		return sample{}, g.subscribe(ctx, o.Barrage)
	case collectDelays:
		return g.collect(ctx, o.Commits)
	}
	return sample{}, fmt.Errorf("the load generator cannot %q", o.Do)
}

func (o *loadOrder) readFiles() (err error) {
	if err := readJSON(o.Tokens, &o.Barrage.Tokens); err != nil {
		return err
	}
	o.Barrage.Body, err = os.ReadFile(o.Body)
	return err
}

func (g *generator) subscribe(ctx context.Context, b barrage) (err error) {
	g.following = &following{address: b.Address, pid: b.PID, tokens: b.Tokens, body: b.Body}
	if err := g.following.subscribe(ctx, b.Connections); err != nil {
		return err
	}
	g.base = g.following.streams[0].fresh // nobody commits before this returns
	g.meter, err = startMeter(b.PID)
	return err
}

// collect waits until every subscriber has seen the last commit.
func (g *generator) collect(ctx context.Context, commits []int64) (sample, error) {
	if g.following == nil {
		return sample{}, errors.New("there is no subscription")
	}
	defer func() {
		g.following.end()
		g.following = nil
	}()
	if err := g.following.await(ctx, func(fresh int) bool { return fresh >= g.base+len(commits) }); err != nil {
		return sample{}, err
	}
	at := make([]time.Time, len(commits))
	for i, commit := range commits {
		at[i] = time.UnixMicro(commit)
	}
	delays, events, size := g.following.delays(g.base, at)
	return g.meter.stop(delays, events, float64(size)/float64(max(events, 1)))
}
