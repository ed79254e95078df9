package dynamo

import (
	"context"
	"sync"
)

// shardReader reads all partitions of a kind as one list in the order of sort keys. It holds one page of each.
type shardReader struct {
	shards []*shard
}

type shard struct {
	pages *pages
	page  []item
}

// readShards reads the sort keys of a kind from one on to another, both inclusive; keep, where it is not nil, says which
// items are meant.
func (c *Catalog) readShards(what string, kind sharded, from, to string, size int, keep func(r *reader) bool) *shardReader {
	r := &shardReader{shards: make([]*shard, shards)}
	for n := range r.shards {
		r.shards[n] = &shard{pages: &pages{catalog: c, what: what, pk: kind.partition(n), from: from, to: to, size: size, keep: keep}}
	}
	return r
}

// lastKey sorts behind all sort keys of the shards: an owner or a time begins them.
const lastKey = "\U0010ffff"

// next gives the item with the next sort key, nil at the end.
func (r *shardReader) next(ctx context.Context) (item, error) {
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	var first *shard
	for _, s := range r.shards {
		if len(s.page) > 0 && (first == nil || keyOf(s.page[0]).sk < keyOf(first.page[0]).sk) {
			first = s
		}
	}
	if first == nil {
		return nil, nil //nolint:nilnil // an item is a map, and the end has none
	}
	i := first.page[0]
	first.page = first.page[1:]
	return i, nil
}

// load sees to it that every shard that has more has an item at hand. Shards are read at once.
func (r *shardReader) load(ctx context.Context) error {
	errs := make([]error, len(r.shards))
	var wg sync.WaitGroup
	for n, s := range r.shards {
		if len(s.page) > 0 || s.pages.done {
			continue
		}
		wg.Go(func() {
			for len(s.page) == 0 && !s.pages.done && errs[n] == nil {
				s.page, errs[n] = s.pages.next(ctx)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
