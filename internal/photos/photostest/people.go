package photostest

import (
	"slices"
	"testing"
	"time"

	"pam/internal/photos"
)

// Directory checks the contract of photos.Directory, with an owner whom it knows by a verified address.
func Directory(t *testing.T, directory photos.Directory, known photos.Owner, address string) {
	if got, err := directory.VerifiedEmail(t.Context(), known); err != nil || got != address {
		t.Errorf("the address of a known owner is %q, %v; want %q", got, err, address)
	}
	for _, stranger := range []photos.Owner{"", "nobody", known + "x"} {
		if got, err := directory.VerifiedEmail(t.Context(), stranger); photos.CodeOf(err) != photos.NotFound {
			t.Errorf("the address of stranger %q is %q, %v; want NOT_FOUND", stranger, got, err)
		}
	}
}

// NotifierUnderTest is a Notifier whose messages can be seen.
type NotifierUnderTest struct {
	photos.Notifier
	// Sent gives the addresses to which messages went so far, in order.
	Sent func() []string
	// Confirm does what the owner does to confirm a subscription; nil where there is nothing to do.
	Confirm func(t *testing.T, owner photos.Owner)
}

// Notifier checks the contract of photos.Notifier. It expects one that nobody has subscribed to.
func Notifier(t *testing.T, n NotifierUnderTest) {
	ctx := t.Context()
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	archive := photos.Archive{Owner: "dan", ID: "01A", Name: "Foxes", Status: photos.ArchiveReady, PhotoCount: 3, ReadyAt: at, ExpiresAt: at.Add(photos.ArchiveLife)}
	notice := photos.Notice{Owner: "dan", ID: "01A-ready", Kind: photos.NoticeArchiveReady, At: at, ArchiveID: "01A"}
	expect := func(what string, want ...string) {
		t.Helper()
		if got := n.Sent(); !slices.Equal(got, want) {
			t.Errorf("%s: messages went to %v, want %v", what, got, want)
		}
	}
	notify := func(notice photos.Notice, archive photos.Archive) {
		t.Helper()
		if err := n.Notify(ctx, notice, archive); err != nil {
			t.Errorf("notify: %v", err)
		}
	}
	subscribe := func(address string) {
		t.Helper()
		s, err := n.Subscribe(ctx, "dan", address)
		if err != nil || s.Address != address {
			t.Fatalf("subscribe: %+v, %v", s, err)
		}
		if !s.Confirmed {
			n.Confirm(t, "dan")
		}
	}

	notify(notice, archive)
	expect("nobody has subscribed")
	subscribe("dan@example.org")
	subscribe("dan@example.org")
	expect("subscribing tells nothing yet")
	notify(notice, archive)
	expect("a subscription made twice is one", "dan@example.org")
	stranger, strangers := notice, archive
	stranger.Owner, strangers.Owner = "eve", "eve"
	notify(stranger, strangers)
	expect("what concerns others is not sent", "dan@example.org")
	subscribe("dan@example.net")
	failed := archive
	failed.Status, failed.Failure = photos.ArchiveFailed, &photos.ArchiveFailure{Code: "NOT_FOUND", Message: "All photos were deleted."}
	notify(photos.Notice{Owner: "dan", ID: "01A-failed", Kind: photos.NoticeArchiveFailed, At: at, ArchiveID: "01A"}, failed)
	expect("the latest address counts", "dan@example.org", "dan@example.net")
}
