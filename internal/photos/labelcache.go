package photos

import (
	"container/list"
	"context"
	"sync"
	"time"
)

const (
	// maxCachedLabels bounds the labels that are kept of all owners together, at some 0.3 KiB each.
	maxCachedLabels = 50_000
	// labelListAge is how long a list is used at most where versions may be ahead of counts (Config.Settling).
	labelListAge = time.Minute
)

// labelCache keeps the labels of the owners who asked last, each list with the version at which it was read. Since every
// commit that changes a count raises its owner's version, a list is exact as long as the version is the same; what a
// request pays for is reading the version, one small record.
type labelCache struct {
	mu     sync.Mutex
	owners map[Owner]*list.Element // of *ownerLabels
	recent *list.List              // the owner who asked last first
	held   int
}

// ownerLabels is what is kept of one owner. All but size is guarded by turn, which one goroutine holds at a time while it
// reads the catalog, and mu, which it holds while it changes what others look at.
type ownerLabels struct {
	owner Owner
	size  int // labels, as counted in labelCache.held and guarded by its mutex
	turn  chan struct{}

	mu      sync.Mutex
	list    *labelList
	version int64 // of the list; -1 where a commit came in between, so that it is none's
	readAt  time.Time
	reading int64 // which reading the list is from, counting from 1
	begun   int64 // how many readings have begun
	// since is when the version was first seen that seen says.
	seen  int64
	since time.Time
}

func newLabelCache() *labelCache {
	return &labelCache{owners: make(map[Owner]*list.Element), recent: list.New()}
}

// of gives what is kept of an owner.
func (c *labelCache) of(owner Owner) *ownerLabels {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.owners[owner]; ok {
		c.recent.MoveToFront(e)
		return e.Value.(*ownerLabels)
	}
	o := &ownerLabels{owner: owner, turn: make(chan struct{}, 1), version: -1, seen: -1}
	c.owners[owner] = c.recent.PushFront(o)
	c.resize(o, 1)
	return o
}

// resize counts the labels of an owner, and lets go of those who have not asked for longest.
func (c *labelCache) resize(o *ownerLabels, size int) {
	c.held += size - o.size
	o.size = size
	for e := c.recent.Back(); e != nil && c.held > maxCachedLabels; e = c.recent.Back() {
		last := c.recent.Remove(e).(*ownerLabels)
		delete(c.owners, last.owner)
		c.held -= last.size
		last.size = 0
	}
}

// keep counts what an owner has got, unless the cache has let go of it meanwhile.
func (c *labelCache) keep(o *ownerLabels, labels int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.owners[o.owner]; ok && e.Value == o {
		c.resize(o, labels+1)
	}
}

// labels gives the labels of an owner as they stand at some moment during the call.
func (l *Library) labels(ctx context.Context, owner Owner) (*labelList, error) {
	known := l.labelLists.of(owner)
	known.mu.Lock()
	begun := known.begun
	known.mu.Unlock()
	stats, err := l.Catalog.Stats(ctx, owner)
	if err != nil {
		return nil, err
	}
	if list := known.current(stats.Version, l.Now(), l.Settling, begun); list != nil {
		return list, nil
	}
	// One reads the catalog for all who wait.
	select {
	case known.turn <- struct{}{}:
		defer func() { <-known.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if list := known.current(stats.Version, l.Now(), l.Settling, begun); list != nil {
		return list, nil
	}
	return l.readLabels(ctx, known, stats.Version)
}

// current gives the list where it serves a request that has seen the version: the list is of that version or of a later
// one, or it was read from beginning to end since the request came, when begun readings had begun.
func (o *ownerLabels) current(version int64, now time.Time, settling time.Duration, begun int64) *labelList {
	o.mu.Lock()
	defer o.mu.Unlock()
	if version > o.seen {
		o.seen, o.since = version, now
	}
	switch {
	case o.list == nil:
		return nil
	case o.reading > begun:
		return o.list
	case o.version < version:
		return nil
	case settling > 0 && (o.readAt.Sub(o.since) < settling || now.Sub(o.readAt) > labelListAge):
		return nil
	}
	return o.list
}

// readLabels reads the catalog; the caller has its turn, and has seen the version before.
func (l *Library) readLabels(ctx context.Context, known *ownerLabels, before int64) (*labelList, error) {
	known.mu.Lock()
	known.begun++
	reading, readAt := known.begun, l.Now()
	known.mu.Unlock()
	counts, err := l.Catalog.LabelCounts(ctx, known.owner)
	if err != nil {
		return nil, err
	}
	after, err := l.Catalog.Stats(ctx, known.owner)
	if err != nil {
		return nil, err
	}
	version := after.Version
	if version != before {
		version = -1
	}
	labels := newLabelList(counts)
	known.mu.Lock()
	known.list, known.version, known.readAt, known.reading = labels, version, readAt, reading
	known.mu.Unlock()
	l.labelLists.keep(known, len(counts))
	return labels, nil
}
