package dynamo

import (
	"context"
	"errors"

	"pam/internal/photos"
)

// AddNotice implements photos.NoticeCatalog: two records, one by time for lists, one by id so that it is given once.
func (c *Catalog) AddNotice(ctx context.Context, n photos.Notice) error {
	const what = "add a notice"
	if err := c.ensureOwner(ctx, n.Owner); err != nil {
		return err
	}
	t := c.begin()
	var e expression
	t.put(key{ownerPartition(n.Owner), givenPrefix + n.ID}.attributes(), &e, e.missing())
	i := noticeKey(n.Owner, n.At, n.ID).attributes()
	i["id"], i["kind"], i["at"], i["archiveId"] = text(n.ID), text(string(n.Kind)), millis(n.At), text(n.ArchiveID)
	t.put(i, &expression{}, "")
	return c.repeat(ctx, what, func() error {
		err := c.commit(ctx, what, t)
		var stale *staleTransaction
		if errors.As(err, &stale) && stale.failed[0] {
			return nil // it was given before
		}
		return err
	})
}

// ListNotices implements photos.NoticeCatalog.
func (c *Catalog) ListNotices(ctx context.Context, owner photos.Owner, after *photos.Notice, limit int) ([]photos.Notice, error) {
	behind := ""
	if after != nil {
		behind = noticeKey(owner, after.At, after.ID).sk[len(noticePrefix):]
	}
	p := c.below("list notices", ownerPartition(owner), noticePrefix, behind, true, limit)
	var list []photos.Notice
	for len(list) < limit && !p.done {
		page, err := p.next(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page[:min(len(page), limit-len(list))] {
			r := reader{item: i}
			list = append(list, photos.Notice{
				Owner: owner, ID: r.text("id"), Kind: photos.NoticeKind(r.text("kind")), At: r.time("at"), ArchiveID: r.text("archiveId"),
			})
			if err := r.done(); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// CountNotices implements photos.NoticeCatalog: a query that reads all of them, about 30 a read unit.
func (c *Catalog) CountNotices(ctx context.Context, owner photos.Owner) (int, error) {
	return c.below("count notices", ownerPartition(owner), noticePrefix, "", false, 0).count(ctx)
}
