package photos

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Notices gives a page of the owner's notices, newest first.
func (l *Library) Notices(ctx context.Context, owner Owner, first int, after *string) (Page[Notice], error) {
	if err := checkFirst(first, MaxFirst); err != nil {
		return Page[Notice]{}, err
	}
	list := listID("notices", string(owner))
	position, err := decodeCursor("after", list, after)
	if err != nil {
		return Page[Notice]{}, err
	}
	var last *Notice
	if position != "" {
		ms, id, ok := strings.Cut(position, " ")
		at, err := strconv.ParseInt(ms, 10, 64)
		if !ok || err != nil {
			return Page[Notice]{}, BadInput("after", "is not a cursor of this list")
		}
		last = &Notice{At: time.UnixMilli(at).UTC(), ID: id}
	}
	items, err := l.Catalog.ListNotices(ctx, owner, last, first+1)
	if err != nil {
		return Page[Notice]{}, fmt.Errorf("list notices: %w", err)
	}
	return cutPage(items, first, position, list, func(n Notice) string {
		return strconv.FormatInt(n.At.UnixMilli(), 10) + " " + n.ID
	}), nil
}

// CountNotices counts the owner's notices.
func (l *Library) CountNotices(ctx context.Context, owner Owner) (int, error) {
	n, err := l.Catalog.CountNotices(ctx, owner)
	if err != nil {
		return 0, fmt.Errorf("count notices: %w", err)
	}
	return n, nil
}

// announce tells the owner that an archive has come to an end. It may be called again: the API shows one notice, an
// e-mail may come twice.
func (l *Library) announce(ctx context.Context, a Archive) error {
	n := Notice{Owner: a.Owner, ID: a.ID + "-ready", Kind: NoticeArchiveReady, At: a.ReadyAt, ArchiveID: a.ID}
	if a.Status == ArchiveFailed {
		n.ID, n.Kind, n.At = a.ID+"-failed", NoticeArchiveFailed, a.UpdatedAt
	}
	if err := l.Catalog.AddNotice(ctx, n); err != nil {
		return fmt.Errorf("record a notice: %w", err)
	}
	if err := l.Notifier.Notify(ctx, n, a); err != nil {
		return fmt.Errorf("send a notice: %w", err)
	}
	return nil
}

// announceEnd is for a job that finds its archive moved on by another. If that has ended it, and perhaps has died before
// saying so, its owner is told.
func (l *Library) announceEnd(ctx context.Context, a Archive) error {
	a, found, err := l.archiveOfJob(ctx, a.Owner, a.ID)
	if err != nil || !found || a.Status != ArchiveReady && a.Status != ArchiveFailed {
		return err
	}
	return l.announce(ctx, a)
}
