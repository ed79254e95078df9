package photos

import (
	"context"
	"fmt"
)

// Viewer is a person's own summary.
type Viewer struct {
	Caller Caller
	Email  string // verified; empty where there is none
	Stats  OwnerStats
}

// Viewer gives the caller's summary.
func (l *Library) Viewer(ctx context.Context, caller Caller) (Viewer, error) {
	stats, err := l.Catalog.Stats(ctx, caller.Owner)
	if err != nil {
		return Viewer{}, fmt.Errorf("read the owner's summary: %w", err)
	}
	email, err := l.Directory.VerifiedEmail(ctx, caller.Owner)
	if err != nil && CodeOf(err) != NotFound {
		return Viewer{}, fmt.Errorf("look up the owner's address: %w", err)
	}
	return Viewer{Caller: caller, Email: email, Stats: stats}, nil
}

// SubscribeByEmail has the caller's notices sent to the caller's own verified address.
func (l *Library) SubscribeByEmail(ctx context.Context, owner Owner) (NoticeSubscription, error) {
	email, err := l.Directory.VerifiedEmail(ctx, owner)
	switch {
	case CodeOf(err) == NotFound:
		return NoticeSubscription{}, BadInput("channel", "the account has no verified e-mail address")
	case err != nil:
		return NoticeSubscription{}, fmt.Errorf("look up the owner's address: %w", err)
	}
	s, err := l.Notifier.Subscribe(ctx, owner, email)
	if err != nil {
		return NoticeSubscription{}, fmt.Errorf("subscribe to notices: %w", err)
	}
	return s, nil
}
