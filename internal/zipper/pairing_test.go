package zipper

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// names of the length that cameras give.
func cameraName(i int) string { return fmt.Sprintf("IMG_%04d.JPG", i) }

// TestPlannerCopies says how much of an archive passes through the workers.
func TestPlannerCopies(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, reason string
		count        int
		size         func(r *rand.Rand) int64
		sent         float64 // share of the bytes, at most
	}{
		{"5 MB", "Four in ten have 5 MiB, each of them can be copied behind one or two that have not.", 150,
			func(r *rand.Rand) int64 { return int64(max(2e6, min(8e6, 5e6+1e6*r.NormFloat64()))) }, 0.59},
		{"mixture", "Most bytes are in large photos, each of which needs 5 MiB before it.", 400,
			func(r *rand.Rand) int64 { return 100_000 + r.Int64N(MaxEntrySize-100_000) }, 0.45},
		{"largest", "Each sends its own first third.", 50, func(*rand.Rand) int64 { return MaxEntrySize }, 0.34},
		{"all of 6 MB", "Every second one carries the other.", 50, func(*rand.Rand) int64 { return 6_000_000 }, 0.51},
		{"few large ones", "All of them ride with the many small ones.", 1500,
			func(r *rand.Rand) int64 { return 300_000 + 9_000_000*(r.Int64N(30)/29) }, 0.7},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(20) {
				r := rand.New(rand.NewPCG(seed, 1))
				sizes := make([]int64, tc.count)
				for i := range sizes {
					sizes[i] = tc.size(r)
				}
				p, err := NewPlanner(len(sizes), sum(sizes))
				if err != nil {
					t.Fatal(err)
				}
				parts, err := plan(p, cameraName, sizes)
				if err != nil {
					t.Fatal(err)
				}
				if err := checkPlan(p, parts, cameraName, sizes); err != nil {
					t.Errorf("seed %d: %v", seed, err)
				}
				var sent, all int64
				for _, part := range parts {
					sent += part.Size
					all += part.Size + part.Copied
				}
				if share := float64(sent) / float64(all); share > tc.sent {
					t.Errorf("seed %d: %.1f%% are sent, want at most %.0f%%: %s", seed, 100*share, 100*tc.sent, tc.reason)
				}
			}
		})
	}
}

// The plan must not depend on anything but the entries, or a test could not say what it is.
func TestPlannerIsDeterministic(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	sizes := make([]int64, 3*windowEntries)
	for i := range sizes {
		sizes[i] = (1 + r.Int64N(24)) * 300_000 // many of one size
	}
	var first []Part
	for range 2 {
		p, err := NewPlanner(len(sizes), sum(sizes))
		if err != nil {
			t.Fatal(err)
		}
		parts, err := plan(p, cameraName, sizes)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPlan(p, parts, cameraName, sizes); err != nil {
			t.Fatal(err)
		}
		if first != nil && !reflect.DeepEqual(parts, first) {
			t.Fatal("the same entries were planned in two ways")
		}
		first = parts
	}
}

// FuzzPlan plans what it is given: each byte is an entry's size in units of 60 KiB, so from nothing to almost 15 MiB.
func FuzzPlan(f *testing.F) {
	f.Add([]byte{}, uint32(0))
	f.Add([]byte{255, 255, 255}, uint32(0))
	f.Add([]byte{85, 86, 84, 87, 1, 0, 170, 171, 172}, uint32(1))
	f.Add([]byte{5, 90, 5, 90, 5, 90, 5, 90, 5, 90, 5, 90}, uint32(15<<20))
	f.Fuzz(func(t *testing.T, units []byte, average uint32) {
		sizes := make([]int64, len(units))
		for i, unit := range units {
			sizes[i] = int64(unit) * 60 << 10
		}
		p, err := NewPlanner(len(sizes), sum(sizes))
		if err != nil {
			t.Fatal(err)
		}
		p.average = max(p.average, int64(average%(MaxTarget+1)))
		p.target = max(MinTarget, p.average)
		parts, err := plan(p, cameraName, sizes)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPlan(p, parts, cameraName, sizes); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkPlanMixture plans 500,000 photos of which a good part can be copied, at the limit of 150 GB.
func BenchmarkPlanMixture(b *testing.B) {
	const count = 500_000
	r := rand.New(rand.NewPCG(1, 1))
	sizes := make([]int64, count)
	for i := range sizes {
		sizes[i] = 100_000
		if i%50 == 0 {
			sizes[i] = MinPartSize + r.Int64N(8<<20)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		p, err := NewPlanner(count, sum(sizes))
		if err != nil {
			b.Fatal(err)
		}
		parts, err := plan(p, cameraName, sizes)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(numbers(parts)), "parts")
	}
}
