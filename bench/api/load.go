package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"pam/bench/machine"
)

// barrage is a round of requests against one server: a closed loop, in which each connection sends its next request when
// the answer to the last has come.
type barrage struct {
	Address     string   `json:"address"`
	PID         int      `json:"pid"`
	Tokens      []string `json:"-"`
	Body        []byte   `json:"-"`
	Connections int      `json:"connections"`
	Requests    int      `json:"requests"`
	Warmup      int      `json:"warmup"` // requests before, which do not count
}

// sample is what a round, or a following of changes, found.
type sample struct {
	CPU        float64 `json:"cpu"`        // microseconds of the server's processor time, a request or event
	Median     float64 `json:"median"`     // milliseconds
	P99        float64 `json:"p99"`        // milliseconds
	PerSecond  float64 `json:"perSecond"`  // requests or events
	Resident   int64   `json:"resident"`   // bytes, at the end
	Peak       int64   `json:"peak"`       // bytes, since the server's start
	Bytes      float64 `json:"bytes"`      // of an answer's body
	Generator  float64 `json:"generator"`  // share of the time that the load generator had a processor
	Operations int     `json:"operations"` // requests or events that count
}

// roundTime is the most that a round may take.
const roundTime = 2 * time.Minute

// send runs the round.
func (b barrage) send(ctx context.Context) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, roundTime)
	defer cancel()
	requests := b.encode()
	clients := make([]*client, b.Connections)
	for i := range clients {
		var err error
		if clients[i], err = dial(ctx, b.Address); err != nil {
			return sample{}, err
		}
		defer clients[i].close()
	}
	if _, err := fire(ctx, clients, requests, b.Warmup); err != nil {
		return sample{}, err
	}
	for _, c := range clients {
		c.took, c.received = make([]time.Duration, 0, b.Requests), 0
	}
	m, err := startMeter(b.PID)
	if err != nil {
		return sample{}, err
	}
	done, err := fire(ctx, clients, requests, b.Requests)
	if err != nil {
		return sample{}, err
	}
	var took []time.Duration
	var received int64
	for _, c := range clients {
		took, received = append(took, c.took...), received+c.received
	}
	return m.stop(took, done, float64(received)/float64(done))
}

// encode writes the request of each token.
func (b barrage) encode() [][]byte {
	requests := make([][]byte, len(b.Tokens))
	for i, token := range b.Tokens {
		requests[i] = fmt.Appendf(nil, "POST /graphql HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"+
			"Accept: application/json\r\nContent-Length: %d\r\n\r\n%s", b.Address, token, len(b.Body), b.Body)
	}
	return requests
}

// fire sends n requests over all connections, each with the next token, and gives how many were answered: all.
func fire(ctx context.Context, clients []*client, requests [][]byte, n int) (int, error) {
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for _, c := range clients {
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return ctx.Err()
				}
				if err := c.ask(requests[i%len(requests)]); err != nil {
					return err
				}
			}
		})
	}
	return n, group.Wait()
}

// client is one connection.
type client struct {
	connection net.Conn
	reader     *bufio.Reader
	body       bytes.Buffer
	took       []time.Duration
	received   int64 // bytes of bodies
}

func dial(ctx context.Context, address string) (*client, error) {
	var d net.Dialer
	connection, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	return &client{connection: connection, reader: bufio.NewReaderSize(connection, 64<<10)}, connection.SetDeadline(deadline)
}

func (c *client) close() { c.connection.Close() }

// ask sends a request and reads the whole answer, which has to be one with data.
func (c *client) ask(request []byte) error {
	began := time.Now()
	if _, err := c.connection.Write(request); err != nil {
		return err
	}
	res, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	c.body.Reset()
	_, err = io.Copy(&c.body, res.Body)
	res.Body.Close()
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	c.took = append(c.took, time.Since(began))
	c.received += int64(c.body.Len())
	if res.StatusCode != http.StatusOK || !bytes.HasPrefix(c.body.Bytes(), []byte(`{"data":{`)) || res.Close {
		return fmt.Errorf("%s, connection kept: %s: %.300s", res.Status, strconv.FormatBool(!res.Close), c.body.Bytes())
	}
	return nil
}

// meter measures a server from outside.
type meter struct {
	pid    int
	began  time.Time
	before machine.Usage
	own    machine.Usage
}

func startMeter(pid int) (meter, error) {
	m := meter{pid: pid}
	var err error
	if m.before, err = machine.UsageOf(pid); err != nil {
		return m, err
	}
	if m.own, err = machine.UsageOf(os.Getpid()); err != nil {
		return m, err
	}
	m.began = time.Now()
	return m, nil
}

// stop gives what operations took since the meter was started; took is how long each lasted.
func (m meter) stop(took []time.Duration, operations int, bytesEach float64) (sample, error) {
	elapsed := time.Since(m.began)
	after, err := machine.UsageOf(m.pid)
	if err != nil {
		return sample{}, err
	}
	own, err := machine.UsageOf(os.Getpid())
	if err != nil {
		return sample{}, err
	}
	n := float64(operations)
	return sample{
		CPU: float64((after.CPU - m.before.CPU).Microseconds()) / n, Median: milliseconds(percentile(took, 50)), P99: milliseconds(percentile(took, 99)),
		PerSecond: n / elapsed.Seconds(), Resident: after.Resident, Peak: after.PeakResident, Bytes: bytesEach,
		Generator: (own.CPU - m.own.CPU).Seconds() / elapsed.Seconds(), Operations: operations,
	}, nil
}
