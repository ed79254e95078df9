// Package process runs the workers of benchmarks: processes of their own, so that the time of the processors and the
// memory of what is measured are told apart from everything else, and so that other languages take part.
//
// The protocol is one line of JSON for each request on the worker's standard input, and one for its reply on standard
// output. Standard error is shared; a worker that cannot reply says why there and ends.
package process

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// Process is a worker that runs; between requests it waits for input and costs nothing.
type Process struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

// Config says how a worker runs.
type Config struct {
	Processors []int    // by number; taskset holds the worker to them where there is one
	Env        []string // on top of this process's own, each "name=value"
}

// Start starts a worker, which is killed when ctx ends.
func Start(ctx context.Context, config Config, words ...string) (*Process, error) {
	if pin, err := exec.LookPath("taskset"); err == nil {
		list := make([]string, 0, len(config.Processors))
		for _, n := range config.Processors {
			list = append(list, strconv.Itoa(n))
		}
		words = append([]string{pin, "--cpu-list", strings.Join(list, ",")}, words...)
	}
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Env = append(append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(len(config.Processors))), config.Env...)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", strings.Join(words, " "), err)
	}
	return &Process{command: command, in: in, out: bufio.NewScanner(out)}, nil
}

// ID is the worker's process id, by which the system tells what it takes: taskset replaces itself by the worker.
func (p *Process) ID() int { return p.command.Process.Pid }

// Ask sends a request and waits for the reply.
func (p *Process) Ask(request, reply any) error {
	if err := json.NewEncoder(p.in).Encode(request); err != nil {
		return fmt.Errorf("ask for %+v: %w", request, err)
	}
	if !p.out.Scan() {
		return fmt.Errorf("ask for %+v: %w", request, errors.Join(ErrNoReply, p.out.Err()))
	}
	if err := json.Unmarshal(p.out.Bytes(), reply); err != nil {
		return fmt.Errorf("reply to %+v: %w", request, err)
	}
	return nil
}

// ErrNoReply is a worker that ended; what it died of stands on standard error.
var ErrNoReply = errors.New("the worker ended without a reply")

// Stop lets the worker end and waits for it.
func (p *Process) Stop() error {
	if err := p.in.Close(); err != nil {
		return err
	}
	return p.command.Wait()
}

// Serve is a worker: it answers each request by what work does, until in ends.
func Serve[Request, Reply any](ctx context.Context, in io.Reader, out io.Writer, work func(context.Context, Request) (Reply, error)) error {
	replies := json.NewEncoder(out)
	for lines := bufio.NewScanner(in); ; {
		if !lines.Scan() {
			return lines.Err()
		}
		var request Request
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			return fmt.Errorf("read request: %w", err)
		}
		reply, err := work(ctx, request)
		if err != nil {
			return fmt.Errorf("work on %+v: %w", request, err)
		}
		if err := replies.Encode(reply); err != nil {
			return fmt.Errorf("write reply: %w", err)
		}
	}
}
