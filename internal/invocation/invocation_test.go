package invocation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"pam/internal/invocation"
	"pam/internal/requestid"
)

func TestWithRequestID(t *testing.T) {
	if id := requestid.From(invocation.WithRequestID(t.Context())); id != "" {
		t.Errorf("no invocation, but the id %q", id)
	}
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "abc"})
	if id := requestid.From(invocation.WithRequestID(ctx)); id != "abc" {
		t.Errorf("the id is %q, not the invocation's", id)
	}
}

func TestWithMargin(t *testing.T) {
	for _, tc := range []struct {
		reason       string
		left, margin time.Duration
		want         time.Duration
	}{
		{"the margin is kept", time.Hour, time.Minute, 59 * time.Minute},
		{"a short invocation works for half of its time", 10 * time.Minute, time.Hour, 5 * time.Minute},
		{"one that is over does not work", -time.Minute, time.Second, -time.Minute / 2},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), tc.left)
		work, stop := invocation.WithMargin(ctx, tc.margin)
		deadline, _ := work.Deadline()
		if got := time.Until(deadline); got < tc.want-time.Minute || got > tc.want+time.Minute {
			t.Errorf("%s: %v, want %v", tc.reason, got, tc.want)
		}
		if tc.left < 0 && work.Err() == nil {
			t.Errorf("%s: it has not ended", tc.reason)
		}
		stop()
		cancel()
	}
	work, stop := invocation.WithMargin(t.Context(), time.Second)
	if _, ok := work.Deadline(); ok || work.Err() != nil {
		t.Error("without a deadline there is none")
	}
	if stop(); work.Err() == nil {
		t.Error("it can be stopped")
	}
}

func TestLogger(t *testing.T) {
	for name, kept := range map[string]int{"": 3, "INFO": 3, "DEBUG": 4, "TRACE": 4, "WARN": 2, "ERROR": 1, "FATAL": 1, "LOUD": 3} {
		var out bytes.Buffer
		logger := invocation.Logger(&out, func(string) string { return name })
		ctx := requestid.With(t.Context(), "abc")
		logger.DebugContext(ctx, "a")
		logger.InfoContext(ctx, "a")
		logger.WarnContext(ctx, "a")
		logger.ErrorContext(ctx, "a")
		lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
		var line map[string]any
		if err := json.Unmarshal(lines[0], &line); err != nil || line["requestId"] != "abc" || len(lines) != kept {
			t.Errorf("%q: %d lines of %v, want %d: %s", name, len(lines), line, kept, lines[0])
		}
		out.Reset()
		log.Print("from a library") // as the Runtime API's client does
		slog.Info("chatter")
		if n := bytes.Count(out.Bytes(), []byte("\n")); n > 1 || name == "" && n != 1 {
			t.Errorf("%q: %s", name, out.Bytes())
		}
	}
}
