// Package sweepevent sweeps when a schedule says so.
package sweepevent

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"pam/internal/invocation"
	"pam/internal/photos"
)

// margin is how long before its deadline an invocation stops, to have time to say what it came to.
const margin = 2 * time.Second

// Sweeper finds what stands still: photos.Library.
type Sweeper interface {
	Sweep(ctx context.Context) (photos.Swept, error)
}

// Handler sweeps. Both fields must be set.
type Handler struct {
	Sweeper Sweeper
	Logger  *slog.Logger
}

// Handle sweeps once, whatever the event says beyond that it is time. What was done is logged and given back. An error says
// that some step failed, after all others were tried; what they did stays done, and the next sweep goes on.
func (h Handler) Handle(ctx context.Context, _ json.RawMessage) (photos.Swept, error) {
	ctx = invocation.WithRequestID(ctx)
	work, cancel := invocation.WithMargin(ctx, margin)
	defer cancel()
	swept, err := h.Sweeper.Sweep(work)
	h.Logger.InfoContext(ctx, "swept", "what", swept)
	if err != nil {
		h.Logger.ErrorContext(ctx, "a sweep failed in part", "error", err)
		return swept, fmt.Errorf("sweep: %w", err)
	}
	return swept, nil
}
