package sqlite

import (
	"context"

	"pam/internal/photos"
)

// Subscriptions keeps where the local notifier sends each owner's notices.
type Subscriptions struct{ db *DB }

// SaveSubscription records an owner's subscription, in the place of an earlier one.
func (s *Subscriptions) SaveSubscription(ctx context.Context, owner photos.Owner, sub photos.NoticeSubscription) error {
	return s.db.write(ctx, "save a subscription", func(t tx) error {
		_, err := t.exec(ctx, `INSERT INTO notice_subscriptions (owner, address, confirmed) VALUES (?, ?, ?)
			ON CONFLICT (owner) DO UPDATE SET address = excluded.address, confirmed = excluded.confirmed`,
			string(owner), sub.Address, sub.Confirmed)
		return err
	})
}

// Subscription gives an owner's subscription, a NotFound error where there is none.
func (s *Subscriptions) Subscription(ctx context.Context, owner photos.Owner) (photos.NoticeSubscription, error) {
	var sub photos.NoticeSubscription
	err := s.db.read(ctx, "read a subscription", func(t tx) error {
		return missing(t.row(ctx, "SELECT address, confirmed FROM notice_subscriptions WHERE owner = ?",
			[]any{string(owner)}, &sub.Address, &sub.Confirmed), "subscription")
	})
	return sub, err
}
