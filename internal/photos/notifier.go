package photos

import "context"

// Notifier carries notices to people outside the API, by e-mail.
type Notifier interface {
	// Notify sends a notice about an archive to the owner's confirmed subscription; without one it does nothing. It may
	// be called again for the same notice.
	Notify(ctx context.Context, n Notice, a Archive) error

	// Subscribe has the owner's notices sent to the address from now on, in place of an earlier one, and says whether
	// the owner still has to confirm it. Subscribing again to the same address changes nothing.
	Subscribe(ctx context.Context, owner Owner, address string) (NoticeSubscription, error)
}

// Directory knows people. Access tokens carry no e-mail address, so it is asked here.
type Directory interface {
	// VerifiedEmail gives the owner's verified address; NotFound where the owner is unknown or has none.
	VerifiedEmail(ctx context.Context, owner Owner) (string, error)
}
