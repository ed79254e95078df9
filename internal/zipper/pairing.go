package zipper

import (
	"cmp"
	"container/heap"
	"slices"
)

// carrier is a sent part that ends with the local header of an entry whose bytes are copied.
type carrier struct {
	items  []item // sent whole
	stored int64  // bytes of items, headers included
	copied item
}

// pair chooses which of the entries are copied and which are sent before each; rest are those that it leaves over, in
// their order.
//
// An entry can be copied whole behind a sent part of MinPartSize. Where what is sent before it falls short of that, the
// sent part takes the missing bytes from the beginning of the copied entry, as long as MinPartSize of it are left to
// copy; so the sent part and the copied entry need only have twice MinPartSize together. The largest entries have most to
// give. So for a number of carriers the small entries are spread over as many bins as evenly as may be, and the emptiest
// bin goes to the largest entry. Bin covering is NP-hard; spreading from the largest down to the emptiest bin (LPT) comes
// close. The greatest number of carriers that works out is looked for by halving; large entries that are not among them
// are sent, and so help to fill the bins.
//
// Carriers come in the order of their first entries, and the items of each in the order in which they were added, so that
// photos which were uploaded together lie together as far as this allows.
func (p *Planner) pair(window []item) (carriers []carrier, rest []item) {
	var large, small []item
	for _, i := range window {
		if i.size >= MinPartSize {
			large = append(large, i)
		} else {
			small = append(small, i)
		}
	}
	slices.SortStableFunc(large, func(a, b item) int { return cmp.Compare(b.size, a.size) })
	rest = window
	low, high := 0, len(large)
	for count := high; low < high; count = (low + high + 1) / 2 { // mostly all of them work out
		found, left, ok := p.spread(large[:count], slices.Concat(small, large[count:]))
		if !ok {
			high = count - 1
			continue
		}
		low, carriers, rest = count, found, left
	}
	for _, c := range carriers {
		slices.SortFunc(c.items, byIndex)
	}
	slices.SortFunc(carriers, func(a, b carrier) int { return cmp.Compare(a.first(), b.first()) })
	return carriers, rest
}

func byIndex(a, b item) int { return cmp.Compare(a.index, b.index) }

func (c carrier) first() int {
	if len(c.items) == 0 {
		return c.copied.index
	}
	return min(c.items[0].index, c.copied.index)
}

// spread fills a carrier for each of the copied entries, which come largest first, from the sendable ones; left are those
// that the carriers do not take. It is not ok when one of the carriers could not be sent, or when so small parts would
// use up the numbers of the upload.
func (p *Planner) spread(copied, sendable []item) (carriers []carrier, left []item, ok bool) {
	slices.SortFunc(sendable, byIndex)
	// Fuller carriers than this would be larger parts than others for no gain.
	full := max(MinTarget, 2*p.average)
	var total int64
	taken := len(sendable)
	for n, i := range sendable {
		if total += i.stored(); total >= full*int64(len(copied)) {
			taken = n + 1
			break
		}
	}
	left = sendable[taken:]
	items := slices.Clone(sendable[:taken])
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(b.stored(), a.stored()) })

	bins := make(emptiest, len(copied)) // of equal emptiness: a heap already
	for _, i := range items {
		bins[0].items = append(bins[0].items, i)
		bins[0].stored += i.stored()
		heap.Fix(&bins, 0)
	}
	slices.SortStableFunc(bins, func(a, b carrier) int { return cmp.Compare(a.stored, b.stored) })
	for n := range bins {
		c := &bins[n]
		c.copied = copied[n]
		both := c.stored + c.copied.stored()
		if both < max(2*MinPartSize, 2*p.average) || c.stored+c.copied.header > p.LargestPart() {
			return nil, nil, false
		}
	}
	return bins, left, true
}

// emptiest is a heap of carriers by what they hold.
type emptiest []carrier

func (e emptiest) Len() int           { return len(e) }
func (e emptiest) Less(i, j int) bool { return e[i].stored < e[j].stored }
func (e emptiest) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *emptiest) Push(any)          { panic("carriers are only filled") }
func (e *emptiest) Pop() any          { panic("carriers are only filled") }
