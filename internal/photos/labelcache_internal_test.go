package photos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// countingCatalog is a catalog of labels whose commits raise the version, as the port wants it, or somewhat later.
type countingCatalog struct {
	Catalog
	mu      sync.Mutex
	counts  []LabelCount
	version int64
	reads   atomic.Int64
	reading func() // in the middle of each reading of counts
}

func (c *countingCatalog) Stats(context.Context, Owner) (OwnerStats, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return OwnerStats{Version: c.version}, nil
}

func (c *countingCatalog) LabelCounts(context.Context, Owner) ([]LabelCount, error) {
	c.reads.Add(1)
	c.mu.Lock()
	counts := slices.Clone(c.counts)
	c.mu.Unlock()
	if c.reading != nil {
		c.reading()
	}
	return counts, nil
}

// commit counts one more photo for a label.
func (c *countingCatalog) commit(i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[i].Buckets[9]++
	c.version++
}

func labelsOf(t *testing.T, l *Library, owner Owner) map[string]int {
	t.Helper()
	page, err := l.Labels(t.Context(), owner, LabelsQuery{MinConfidence: 50, Order: CountDesc, First: MaxLabelsFirst})
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]int)
	for _, label := range page.Items {
		counts[label.Name] = label.Count
	}
	return counts
}

func newCounting(n int) (*countingCatalog, *Library, *time.Time) {
	c := &countingCatalog{counts: make([]LabelCount, n), version: 1}
	for i := range c.counts {
		c.counts[i] = LabelCount{Name: fmt.Sprintf("Label %d", i), Buckets: Buckets{1}}
	}
	now := time.UnixMilli(1_700_000_000_000)
	return c, &Library{Config: Config{Catalog: c, Now: func() time.Time { return now }}, labelLists: newLabelCache()}, &now
}

func TestLabelsAreReadOncePerVersion(t *testing.T) {
	c, l, _ := newCounting(3)
	for range 5 {
		labelsOf(t, l, "dan")
	}
	if n := c.reads.Load(); n != 1 {
		t.Errorf("the catalog's labels were read %d times for one version", n)
	}
	c.commit(1)
	if got := labelsOf(t, l, "dan")["Label 1"]; got != 2 {
		t.Errorf("after a commit the label counts %d", got)
	}
}

func TestLabelsOfTwoVersionsAreNotKept(t *testing.T) {
	c, l, _ := newCounting(2)
	c.reading = func() { c.commit(0); c.reading = nil }
	labelsOf(t, l, "dan") // may miss the commit, which came while it read
	if got := labelsOf(t, l, "dan")["Label 0"]; got != 2 {
		t.Errorf("a list that was read during a commit was kept: it counts %d", got)
	}
}

func TestLabelsOfAVersionThatIsAheadAreNotKept(t *testing.T) {
	c, l, now := newCounting(2)
	l.Settling = 5 * time.Second
	c.version = 2 // of a commit whose count is not to be seen yet
	labelsOf(t, l, "dan")
	c.counts[0].Buckets[9]++
	*now = now.Add(time.Second)
	if got := labelsOf(t, l, "dan")["Label 0"]; got != 2 {
		t.Errorf("counts that came after their version are missed: %d", got)
	}
	*now = now.Add(10 * time.Second)
	reads := c.reads.Load()
	for range 3 {
		labelsOf(t, l, "dan")
	}
	if n := c.reads.Load() - reads; n != 1 {
		t.Errorf("a settled version was read %d times", n)
	}
	*now = now.Add(2 * labelListAge)
	labelsOf(t, l, "dan")
	if n := c.reads.Load() - reads; n != 2 {
		t.Errorf("a list of %s is used, although it may be wrong", 2*labelListAge)
	}
}

// Whoever asks after a commit has returned sees it, whatever goes on beside.
func TestLabelsUnderConcurrentCommits(t *testing.T) {
	c, l, _ := newCounting(4)
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for n := range 300 {
				c.commit(g)
				if got := labelsOf(t, l, "dan")[fmt.Sprintf("Label %d", g)]; got != n+2 {
					t.Errorf("the own commits are counted %d times, not %d", got, n+2)
					return
				}
			}
		})
		group.Go(func() {
			for range 200 {
				labelsOf(t, l, "dan")
			}
		})
	}
	group.Wait()
}

func TestLabelCacheIsBounded(t *testing.T) {
	_, l, _ := newCounting(400)
	for i := range 3 * maxCachedLabels / 400 {
		labelsOf(t, l, Owner(fmt.Sprint("owner ", i)))
		if l.labelLists.held > maxCachedLabels || len(l.labelLists.owners) != l.labelLists.recent.Len() {
			t.Fatalf("%d labels are held of %d owners", l.labelLists.held, len(l.labelLists.owners))
		}
	}
	held := 0
	for e := l.labelLists.recent.Front(); e != nil; e = e.Next() {
		held += e.Value.(*ownerLabels).size
	}
	if held != l.labelLists.held || held < maxCachedLabels/2 {
		t.Errorf("%d labels are held, counted as %d", held, l.labelLists.held)
	}
}

// Pages of the list are stretches of what sorting and filtering everything gives.
func TestLabelPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l, _ := newCounting(rapid.IntRange(0, 40).Draw(t, "labels"))
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for i := range c.counts {
			c.counts[i].Buckets = Buckets{random.IntN(2), random.IntN(3), 9: random.IntN(2)}
		}
		q := LabelsQuery{
			Search: rapid.SampledFrom([]string{"", "label", "1", "L 2"}).Draw(t, "search"), MinConfidence: rapid.SampledFrom([]int{50, 55, 60, 95}).Draw(t, "threshold"),
			Order: rapid.SampledFrom([]LabelOrder{CountDesc, NameAsc}).Draw(t, "order"), First: rapid.IntRange(1, 12).Draw(t, "first"),
		}
		var want []Label
		for _, count := range c.counts {
			if label := count.at(q.MinConfidence); label.Count > 0 && strings.Contains(strings.ToLower(label.Name), strings.ToLower(q.Search)) {
				want = append(want, label)
			}
		}
		slices.SortFunc(want, q.Order.compare)
		var got []Label
		for more := true; more; {
			page, err := l.Labels(context.Background(), "dan", q)
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != len(want) || page.HasPrevious != (len(got) > 0) {
				t.Fatalf("total %d of %d, previous %t after %d", page.Total, len(want), page.HasPrevious, len(got))
			}
			got = append(got, page.Items...)
			if more = page.HasNext; more {
				cursor := page.Cursor(page.Items[len(page.Items)-1])
				q.After = &cursor
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("pages differ from the whole list:\n%s", d)
		}
	})
}
