package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// following is 32 or so clients that follow the labels by server-sent events, while a server labels photos.
type following struct {
	address string
	pid     int
	tokens  []string
	body    []byte

	cancel  context.CancelFunc
	streams []*stream
	running sync.WaitGroup
}

// stream is one subscription.
type stream struct {
	mu        sync.Mutex
	fresh     int        // the count of freshLabel that was seen last
	sightings []sighting // after the first event
	err       error
	changed   chan struct{} // holds one when something of the above has changed
}

// sighting is an event: when it came, the commit up to which it tells, and how long it is.
type sighting struct {
	at    time.Time
	fresh int
	bytes int
}

// patience is how long subscribers may wait for their first event, and for the last commit.
const patience = 30 * time.Second

// subscribe opens n streams and waits until each has told all labels once.
func (f *following) subscribe(ctx context.Context, n int) error {
	ctx, f.cancel = context.WithCancel(ctx)
	httpClient := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
	for i := range n {
		s := &stream{changed: make(chan struct{}, 1), fresh: -1}
		f.streams = append(f.streams, s)
		f.running.Go(func() {
			err := s.follow(ctx, httpClient, "http://"+f.address+"/graphql", f.tokens[i%len(f.tokens)], f.body)
			s.change(func() { s.err = errors.Join(s.err, err) })
		})
	}
	return f.await(ctx, func(fresh int) bool { return fresh >= 0 })
}

// await waits until all streams have seen enough.
func (f *following) await(ctx context.Context, enough func(fresh int) bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("events did not come in time"))
	defer cancel()
	for _, s := range f.streams {
		for {
			s.mu.Lock()
			done, err := enough(s.fresh), s.err
			s.mu.Unlock()
			if err != nil {
				return err
			}
			if done {
				break
			}
			select {
			case <-s.changed:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
	return nil
}

// end closes the streams.
func (f *following) end() {
	f.cancel()
	f.running.Wait()
}

func (s *stream) change(how func()) {
	s.mu.Lock()
	how()
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// follow reads events until the stream or ctx ends. A stream that ends by itself is an error.
func (s *stream) follow(ctx context.Context, httpClient *http.Client, address, token string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	res, err := httpClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("subscribe: %s", res.Status)
	}
	for lines := bufio.NewReaderSize(res.Body, 64<<10); ; {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return fmt.Errorf("a stream has ended: %w", err)
		}
		at := time.Now()
		data, isData := bytes.CutPrefix(line, []byte("data: "))
		if !isData {
			continue
		}
		fresh, err := freshCount(data)
		if errors.Is(err, errNoFresh) {
			fresh = 0
		} else if err != nil {
			return err
		}
		s.change(func() {
			if s.fresh >= 0 {
				s.sightings = append(s.sightings, sighting{at, fresh, len(line)})
			}
			s.fresh = max(s.fresh, fresh)
		})
	}
}

// errNoFresh is an event that does not tell of freshLabel.
var errNoFresh = errors.New("an event without " + freshLabel)

// freshCount finds the count of freshLabel in an event.
func freshCount(event []byte) (int, error) {
	var answer struct {
		Data struct {
			Labels struct {
				Changed []struct {
					Name  string
					Count int
				}
			}
		}
		Errors json.RawMessage
	}
	if err := json.Unmarshal(event, &answer); err != nil {
		return 0, fmt.Errorf("read an event: %w", err)
	}
	if answer.Errors != nil || len(answer.Data.Labels.Changed) == 0 {
		return 0, fmt.Errorf("an event tells of nothing: %.300s", event)
	}
	for _, label := range answer.Data.Labels.Changed {
		if label.Name == freshLabel {
			return label.Count, nil
		}
	}
	return 0, errNoFresh
}

// delays gives how long after each commit each stream told of it, and how many events and bytes that took. base is the
// count of freshLabel before the first commit.
func (f *following) delays(base int, commits []time.Time) (delays []time.Duration, events, size int) {
	for _, s := range f.streams {
		s.mu.Lock()
		told := base
		for _, seen := range s.sightings {
			events++
			size += seen.bytes
			for ; told < seen.fresh && told-base < len(commits); told++ {
				// A stream may tell of a commit before the one who commits is told.
				delays = append(delays, max(0, seen.at.Sub(commits[told-base])))
			}
		}
		s.mu.Unlock()
	}
	return delays, events, size
}
