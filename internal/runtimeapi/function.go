package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config says what runs and how.
type Config struct {
	// Command is the bootstrap, with its arguments.
	Command []string
	// Env is its whole environment, each "NAME=value"; the address of the Runtime API comes on top.
	Env []string
	// Logs takes what it writes on standard output and error; nowhere when nil.
	Logs io.Writer
	// Timeout is how long an invocation may take, as the function is told; 1 minute when zero.
	Timeout time.Duration
}

// Function is a function that runs. Its methods may be called at the same time; it gets one event at a time.
type Function struct {
	config  Config
	server  *server
	command *exec.Cmd
	started time.Time
	gone    chan struct{} // closed when the process has ended
	exit    error         // how it ended, once gone is closed

	invoking sync.Mutex
	number   int
}

// ErrGone says that the function's process has ended.
var ErrGone = errors.New("runtimeapi: the function's process has ended")

// Start starts a function; Stop must be called in the end. It does not wait for the function to be ready: Ready does.
func Start(ctx context.Context, config Config) (*Function, error) {
	if len(config.Command) == 0 {
		return nil, errors.New("runtimeapi: no command")
	}
	if config.Timeout <= 0 {
		config.Timeout = time.Minute
	}
	f := &Function{config: config, gone: make(chan struct{})}
	var err error
	if f.server, err = newServer(ctx, f.gone); err != nil {
		return nil, err
	}
	f.command = exec.CommandContext(context.WithoutCancel(ctx), config.Command[0], config.Command[1:]...) //nolint:gosec // what to run is the caller's to say
	f.command.Env = append(append([]string{}, config.Env...), "AWS_LAMBDA_RUNTIME_API="+f.server.addr)
	f.command.Stdout, f.command.Stderr = config.Logs, config.Logs
	f.started = time.Now()
	if err := f.command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("runtimeapi: start %s: %w", config.Command[0], err), f.server.http.Close())
	}
	go func() {
		f.exit = f.command.Wait()
		close(f.gone)
	}()
	return f, nil
}

// Ready waits until the function asks for its first event, and tells how long that took from the start of its process. The
// error is a *FunctionError where the function reported one, and wraps ErrGone where it ended.
func (f *Function) Ready(ctx context.Context) (time.Duration, error) {
	select {
	case <-f.server.first:
		f.server.mu.Lock()
		defer f.server.mu.Unlock()
		return f.server.firstAt.Sub(f.started), nil
	case failure := <-f.server.initError:
		return 0, failure
	case <-f.gone:
		return 0, f.ended()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Invoke hands the function an event and waits for its answer to begin. The error is a *FunctionError where the function
// reported one, and wraps ErrGone where its process ended instead of answering.
func (f *Function) Invoke(ctx context.Context, payload []byte) (*Response, error) {
	f.invoking.Lock()
	f.number++
	i := &invocation{
		id: fmt.Sprintf("00000000-0000-4000-8000-%012d", f.number), payload: payload,
		deadline: time.Now().Add(f.config.Timeout), answers: make(chan *Response, 1), ended: make(chan struct{}),
	}
	f.invoking.Unlock()
	select {
	case f.server.events <- i:
	case failure := <-f.server.initError:
		return nil, failure
	case <-f.gone:
		return nil, f.ended()
	case <-ctx.Done():
		return nil, fmt.Errorf("runtimeapi: the function did not ask for the event: %w", ctx.Err())
	}
	select {
	case answer := <-i.answers:
		if answer.failure != nil {
			return nil, answer.failure
		}
		return answer, nil
	case <-f.gone:
		return nil, f.ended()
	case <-ctx.Done():
		return nil, fmt.Errorf("runtimeapi: the function did not answer: %w", ctx.Err())
	}
}

// InvokeBytes invokes the function and reads its whole answer.
func (f *Function) InvokeBytes(ctx context.Context, payload []byte) ([]byte, error) {
	response, err := f.Invoke(ctx, payload)
	if err != nil {
		return nil, err
	}
	return response.Bytes()
}

// SinceStart is how long ago the function's process was started.
func (f *Function) SinceStart() time.Duration { return time.Since(f.started) }

// PeakMemory is the most memory that the process has had resident, in bytes, as Linux counts it (VmHWM).
func (f *Function) PeakMemory() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", f.command.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("runtimeapi: read the function's memory: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, errors.New("runtimeapi: the system does not tell the function's memory")
}

// Stop ends the function, if it has not ended, and gives back what it held.
func (f *Function) Stop() error {
	select {
	case <-f.gone:
	default:
		_ = f.command.Process.Kill() // it may have ended just now
		<-f.gone
	}
	return f.server.http.Close()
}

// ended says how the process ended.
func (f *Function) ended() error {
	if f.exit != nil {
		return fmt.Errorf("%w: %w", ErrGone, f.exit)
	}
	return ErrGone
}
