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
	lacks  int64  // bytes that are still wanted, while it is filled
	copied item
}

// pair chooses which of the entries are copied and which are sent before each; rest are those that it leaves over, in
// their order.
//
// An entry can be copied whole behind a sent part of MinPartSize. Where what is sent before it falls short of that, the
// sent part takes the missing bytes from the beginning of the copied entry, as long as MinPartSize of it are left to
// copy; so the sent part and the copied entry need only have twice MinPartSize together. The largest entries have most to
// give. So for a number of carriers the small entries are spread over as many bins as evenly as may be, and the emptiest
// bin goes to the largest entry. Bin covering is NP-hard; spreading from the largest down, each to the bin that lacks most
// (LPT), comes close. The greatest number of carriers that works out is looked for by halving; large entries that are not among them
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

// fullCarrier is how many bytes a carrier wants that its copy does not need. It has two requests to its bytes anyway, so a
// fuller one would be a larger part for no gain.
const fullCarrier = 8 << 20

// spread fills a carrier for each of the copied entries, which come largest first, from the sendable ones; left are those
// that the carriers do not take. It is not ok when one of the carriers could not be sent, or when so small parts would
// use up the numbers of the upload.
func (p *Planner) spread(copied, sendable []item) (carriers []carrier, left []item, ok bool) {
	slices.SortFunc(sendable, byIndex)
	least := max(2*MinPartSize, 2*p.average) // of what is sent and what is copied together
	bins := make(neediest, len(copied))
	var wanted int64
	for n, c := range copied {
		bins[n] = carrier{copied: c, lacks: max(fullCarrier, least-c.stored())}
		wanted += bins[n].lacks
	}
	heap.Init(&bins)
	taken := 0
	for ; taken < len(sendable) && wanted > 0; taken++ {
		wanted -= sendable[taken].stored()
	}
	items := slices.Clone(sendable[:taken])
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(b.stored(), a.stored()) })
	for _, i := range items {
		bins.give(i)
	}
	// Large entries do not come out even. Where numbers are scarce, each carrier has to have all that it wants, and a few
	// more entries see to that: each is smaller than what the carrier copies, so that none becomes too large.
	for ; taken < len(sendable) && bins[0].lacks > 0 && least > 2*MinPartSize; taken++ {
		bins.give(sendable[taken])
	}
	left = sendable[taken:]
	slices.SortStableFunc(bins, func(a, b carrier) int { return cmp.Compare(a.stored, b.stored) })
	for n := range bins {
		c := &bins[n]
		c.copied = copied[n]
		if c.stored+c.copied.stored() < least || c.stored+c.copied.header > p.LargestPart() {
			return nil, nil, false
		}
	}
	return bins, left, true
}

// neediest is a heap of carriers by what they lack.
type neediest []carrier

// give sends an item with the carrier that lacks most.
func (n neediest) give(i item) {
	n[0].items = append(n[0].items, i)
	n[0].stored += i.stored()
	n[0].lacks -= i.stored()
	heap.Fix(&n, 0)
}

func (n neediest) Len() int           { return len(n) }
func (n neediest) Less(i, j int) bool { return n[i].lacks > n[j].lacks }
func (n neediest) Swap(i, j int)      { n[i], n[j] = n[j], n[i] }
func (n *neediest) Push(any)          { panic("carriers are only filled") }
func (n *neediest) Pop() any          { panic("carriers are only filled") }
