package main

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

// process is a worker that runs; between requests it waits for input and costs nothing.
type process struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

// startProcess starts a worker on the given processors, by number; taskset holds it to them where there is one.
func startProcess(ctx context.Context, processors []int, words ...string) (*process, error) {
	if pin, err := exec.LookPath("taskset"); err == nil {
		list := make([]string, 0, len(processors))
		for _, n := range processors {
			list = append(list, strconv.Itoa(n))
		}
		words = append([]string{pin, "--cpu-list", strings.Join(list, ",")}, words...)
	}
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(len(processors)))
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
	return &process{command: command, in: in, out: bufio.NewScanner(out)}, nil
}

// ask sends a request and waits for the reply.
func (p *process) ask(asked request) (reply, error) {
	if err := json.NewEncoder(p.in).Encode(asked); err != nil {
		return reply{}, fmt.Errorf("ask about %s: %w", asked.Input, err)
	}
	if !p.out.Scan() {
		return reply{}, fmt.Errorf("ask about %s: %w", asked.Input, errors.Join(errNoReply, p.out.Err()))
	}
	var answer reply
	if err := json.Unmarshal(p.out.Bytes(), &answer); err != nil {
		return reply{}, fmt.Errorf("reply about %s: %w", asked.Input, err)
	}
	return answer, nil
}

// errNoReply is a worker that ended; what it died of stands on standard error.
var errNoReply = errors.New("the worker ended without a reply")

// stop lets the worker end and waits for it.
func (p *process) stop() error {
	if err := p.in.Close(); err != nil {
		return err
	}
	return p.command.Wait()
}
