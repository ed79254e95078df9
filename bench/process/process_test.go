package process_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pam/bench/machine"
	"pam/bench/process"
)

type line struct {
	Word string `json:"word"`
}

func start(t *testing.T, words ...string) *process.Process {
	t.Helper()
	processors, err := machine.OwnProcessors()
	if err != nil {
		t.Fatal(err)
	}
	p, err := process.Start(t.Context(), process.Config{Processors: processors[:1], Env: []string{"GREETING=hello"}}, words...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAskTalksToAProcess(t *testing.T) {
	p := start(t, "sh", "-c", `read line; echo "$line"; read line; echo "{\"word\":\"$GREETING $GOMAXPROCS\"}"`)
	var got line
	for _, want := range []string{"echo", "hello 1"} {
		if err := p.Ask(line{"echo"}, &got); err != nil || got.Word != want {
			t.Errorf("got %q, %v, want %q", got.Word, err, want)
		}
	}
	if err := p.Ask(line{"more"}, &got); err == nil {
		t.Error("a process that has ended gives no error")
	}
	if err := p.Stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestAskSaysThatAWorkerEnded(t *testing.T) {
	p := start(t, "sh", "-c", "read line")
	var got line
	if err := p.Ask(line{"anything"}, &got); !errors.Is(err, process.ErrNoReply) {
		t.Errorf("got %v", err)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestServe(t *testing.T) {
	refuse := errors.New("no such word")
	cases := []struct {
		name, reason, in, want string
		wrong                  bool
	}{
		{"two", "one reply for each request, in turn", "{\"word\":\"a\"}\n{\"word\":\"b\"}\n", "{\"word\":\"A\"}\n{\"word\":\"B\"}\n", false},
		{"none", "the driver had nothing to ask", "", "", false},
		{"no JSON", "a driver of another version", "a\n", "", true},
		{"failure", "work that fails ends the worker, after the replies before it", "{\"word\":\"a\"}\n{\"word\":\"\"}\n", "{\"word\":\"A\"}\n", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			err := process.Serve(t.Context(), strings.NewReader(c.in), &out, func(_ context.Context, l line) (line, error) {
				if l.Word == "" {
					return line{}, refuse
				}
				return line{strings.ToUpper(l.Word)}, nil
			})
			if out.String() != c.want || (err != nil) != c.wrong {
				t.Errorf("got %q, %v; %s", out.String(), err, c.reason)
			}
		})
	}
}

func TestMeasureTellsWaitingFromWork(t *testing.T) {
	waiting, err := process.Measure(func() error {
		time.Sleep(50 * time.Millisecond)
		return nil
	})
	if err != nil || waiting.Milliseconds < 50 || waiting.CPUMilliseconds > 45 {
		t.Errorf("sleeping for 50 ms cost %+v, %v", waiting, err)
	}
	sum := 0
	working, err := process.Measure(func() error {
		for start := time.Now(); time.Since(start) < 50*time.Millisecond; {
			sum++
		}
		return nil
	})
	if err != nil || working.CPUMilliseconds <= 0 || sum == 0 {
		t.Errorf("counting for 50 ms cost %+v, %v", working, err)
	}
	failure := errors.New("failure")
	if _, err := process.Measure(func() error { return failure }); !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
}
