package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"
)

// Check is one thing that has to work for the server to serve.
type Check struct {
	// Name says what is checked, such as "catalog". Everybody can read it.
	Name string
	// Probe gives an error when it does not work. The error goes to the log alone. Its context ends after HealthTime.
	Probe func(context.Context) error
}

// checkResult is what a check came to.
type checkResult struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	MS   int64  `json:"ms"`
}

// health answers /healthz: 200 when every check is good, 503 otherwise, and which ones are. Checks run side by side, so
// the answer takes HealthTime at most.
func health(checks []Check, logger *slog.Logger) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		results := make([]checkResult, len(checks))
		var wg sync.WaitGroup
		for i, c := range checks {
			wg.Go(func() {
				start := time.Now()
				err := c.probe(ctx)
				if err != nil {
					logger.WarnContext(ctx, "a health check failed", "check", c.Name, "error", err)
				}
				results[i] = checkResult{Name: c.Name, OK: err == nil, MS: time.Since(start).Milliseconds()}
			})
		}
		wg.Wait()
		answer := struct {
			Status string        `json:"status"`
			Checks []checkResult `json:"checks"`
		}{"ok", results}
		status := http.StatusOK
		for _, result := range results {
			if !result.OK {
				answer.Status, status = "failing", http.StatusServiceUnavailable
			}
		}
		writeJSON(w, status, answer)
	}
}

// probe runs the check, and leaves it behind when it does not heed its context.
func (c Check) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, HealthTime)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		done <- c.Probe(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return errors.Join(errors.New("no answer in time"), ctx.Err())
	}
}

// writeJSON answers with a value that encodes without error.
func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text) // whoever asked may be gone
}
