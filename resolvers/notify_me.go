package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// NotifyMe resolves Mutation.notifyMe. E-mail is the one channel that there is.
func (r mutation) NotifyMe(ctx context.Context, channel graph.NoticeChannel) (*graph.NoticeSubscription, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	s, err := r.library.SubscribeByEmail(ctx, caller.Owner)
	if err != nil {
		return nil, err
	}
	return &graph.NoticeSubscription{Channel: channel, Address: photos.MaskEmail(s.Address), Confirmed: s.Confirmed}, nil
}
