package zipper

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const mib = 1 << 20

// plan runs entries of the given sizes through a Planner and gives all parts.
func plan(p *Planner, names func(i int) string, sizes []int64) ([]Part, error) {
	var parts []Part
	for i, size := range sizes {
		closed, ok, err := p.Add(Entry{Name: names(i), Size: size})
		if err != nil {
			return nil, err
		}
		if ok {
			parts = append(parts, closed)
		}
	}
	if last, ok := p.Close(); ok {
		parts = append(parts, last)
	}
	return parts, nil
}

func sum(sizes []int64) (total int64) {
	for _, s := range sizes {
		total += s
	}
	return total
}

func repeat(n int, sizes ...int64) []int64 {
	var all []int64
	for range n {
		all = append(all, sizes...)
	}
	return all
}

func TestPlannerCuts(t *testing.T) {
	t.Parallel()
	const header = 30 + 5 // names are "00000"
	for _, tc := range []struct {
		name, reason string
		sizes        []int64
		counts       []int // entries of each part
	}{
		{"nothing", "No entries make no part.", nil, nil},
		{"one small", "The last part may be of any size.", []int64{1}, []int{1}},
		{"exactly full", "A part that has reached the target takes no more.",
			[]int64{MinTarget - header, 1}, []int{1, 1}},
		{"a byte short of full", "Below the target a part is open.",
			[]int64{MinTarget - header - 1, 1}, []int{2}},
		{"300 KB", "Usual photos fill parts of a little over 8 MiB.", repeat(60, 300_000), []int{28, 28, 4}},
		{"largest", "Two of 15 MiB would make too large a part.", repeat(3, MaxEntrySize), []int{1, 1, 1}},
		{"small then large", "5 MiB may be sent, so the part is closed before it grows beyond 16 MiB.",
			[]int64{5 * mib, 15 * mib, 1}, []int{1, 1, 1}},
		{"too small then large", "Under 5 MiB must take the large photo too: S3 would refuse it alone.",
			[]int64{5*mib - header - 1, 15 * mib, 1}, []int{2, 1}},
		{"7 and 7", "Both together stay under 16 MiB.", repeat(2, 7*mib), []int{2}},
		{"empty files", "Headers count too.", repeat(3, 0), []int{3}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p, err := NewPlanner(len(tc.sizes), sum(tc.sizes))
			if err != nil {
				t.Fatal(err)
			}
			parts, err := plan(p, func(i int) string { return fmt.Sprintf("%05d", i) }, tc.sizes)
			if err != nil {
				t.Fatal(err)
			}
			var counts []int
			for _, part := range parts {
				counts = append(counts, part.Count)
			}
			if fmt.Sprint(counts) != fmt.Sprint(tc.counts) {
				t.Errorf("parts of %v entries, want %v: %s", counts, tc.counts, tc.reason)
			}
		})
	}
}

func TestPlannerTarget(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, reason string
		count        int
		bytes        int64
		atLeast      int64
		atMost       int64
		err          error
	}{
		{"Dan's photos", "Usual archives get the smallest parts.", 3_000, 3_000 * 300_000, 8 * mib, 8 * mib, nil},
		{"benchmark", "3,000 of 5 MB too.", 3_000, 15_000_000_000, 8 * mib, 8 * mib, nil},
		{"60 GB", "Even 60 GB fit with the smallest parts.", 200_000, 60_000_000_000, 8 * mib, 8 * mib, nil},
		{"limits", "500,000 photos of 150 GB are promised.", 500_000, 150_000_000_000, 14 * mib, 15 * mib, nil},
		{"few large", "150 GB of the largest photos too.", 9_537, 150_000_000_000, 14 * mib, 15 * mib, nil},
		{"nothing", "An empty plan has a target too.", 0, 0, 8 * mib, 8 * mib, nil},
		{"too many bytes", "16 MiB times 10,000 is the end.", 500_000, 168_000_000_000, 0, 0, ErrTooLarge},
		{"too many photos", "The directory and labels.csv alone would be too large.", 1 << 40, 0, 0, 0, ErrTooLarge},
		{"huge", "No sum may overflow.", 1 << 62, 1 << 62, 0, 0, ErrTooLarge},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p, err := NewPlanner(tc.count, tc.bytes)
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v: %s", err, tc.err, tc.reason)
			}
			if err == nil && (p.Target() < tc.atLeast || p.Target() > tc.atMost) {
				t.Errorf("target %d, want %d to %d: %s", p.Target(), tc.atLeast, tc.atMost, tc.reason)
			}
		})
	}
	if _, err := NewPlanner(-1, 0); err == nil {
		t.Error("no error for a negative count")
	}
	if _, err := NewPlanner(0, -1); err == nil {
		t.Error("no error for negative bytes")
	}
}

func TestPlannerRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, reason string
		entry        Entry
		err          error
	}{
		{"too large", "The bounds on parts count on 15 MiB at most.", Entry{Name: "a", Size: MaxEntrySize + 1}, ErrInvalidEntry},
		{"no name", "It could not be written.", Entry{Size: 1}, ErrInvalidEntry},
		{"more bytes", "The target was made for the announced bytes.", Entry{Name: "a", Size: 11}, ErrUnannounced},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p, err := NewPlanner(1, 10)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := p.Add(tc.entry); !errors.Is(err, tc.err) {
				t.Errorf("error %v, want %v: %s", err, tc.err, tc.reason)
			}
			// The refused entry must have left no trace.
			if _, _, err := p.Add(Entry{Name: "b", Size: 10}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := p.Add(Entry{Name: "c"}); !errors.Is(err, ErrUnannounced) {
				t.Errorf("error %v for one entry too many, want %v", err, ErrUnannounced)
			}
			if last, ok := p.Close(); !ok || last != (Part{Number: 1, Count: 1, Size: 41, Bytes: 10}) {
				t.Errorf("last part %+v, %t", last, ok)
			}
			if _, ok := p.Close(); ok {
				t.Error("a second Close gave a part")
			}
		})
	}
}

// checkPlan says which promise of Planner the parts break.
func checkPlan(p *Planner, parts []Part, names func(int) string, sizes []int64) error {
	index := 0
	for i, part := range parts {
		last := i == len(parts)-1
		switch {
		case part.Number != i+1 || part.Number > MaxParts:
			return fmt.Errorf("part %d of %d has number %d", i+1, len(parts), part.Number)
		case part.First != index || part.Count < 1:
			return fmt.Errorf("part %d begins at entry %d with %d entries, want %d", part.Number, part.First, part.Count, index)
		case !last && part.Size < MinPartSize:
			return fmt.Errorf("part %d has %d bytes", part.Number, part.Size)
		case part.Size > p.LargestPart():
			return fmt.Errorf("part %d has %d bytes, over %d", part.Number, part.Size, p.LargestPart())
		case part.Size > 2*p.Target() && part.Size-30-255-sizes[part.First+part.Count-1] >= MinPartSize:
			return fmt.Errorf("part %d has %d bytes and could have been closed earlier", part.Number, part.Size)
		}
		var bytes, size int64
		for ; index < part.First+part.Count; index++ {
			bytes += sizes[index]
			size += sizes[index] + 30 + int64(len(names(index)))
		}
		if bytes != part.Bytes || size != part.Size {
			return fmt.Errorf("part %d has %d of %d bytes, want %d of %d", part.Number, part.Bytes, part.Size, bytes, size)
		}
	}
	if index != len(sizes) {
		return fmt.Errorf("%d entries in parts, want %d", index, len(sizes))
	}
	return nil
}

// checkNumbers says whether the tail, at its expected largest, finds no numbers after the parts.
func checkNumbers(parts []Part, names func(int) string, count int) error {
	tail := int64(98 + 1_000 + 512*mib)
	for i := range count {
		tail += 8<<10 + 46 + 12 + int64(len(names(i)))
	}
	cut, err := CutTail(len(parts)+1, tail)
	if err != nil {
		return err
	}
	if got := len(parts) + len(cut); got > MaxParts {
		return fmt.Errorf("%d parts", got)
	}
	return nil
}

func TestPlannerOnAnySizes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.Int64Range(0, 100), rapid.Int64Range(0, 600_000), rapid.Int64Range(0, MaxEntrySize),
			rapid.Int64Range(4*mib, 6*mib), rapid.Int64Range(MaxEntrySize-300, MaxEntrySize), rapid.Int64Range(8*mib-300, 8*mib))
		sizes := rapid.SliceOfN(size, 0, 300).Draw(t, "sizes")
		nameLength := rapid.IntRange(1, MaxNameLength).Draw(t, "nameLength")
		name := strings.Repeat("n", nameLength)
		names := func(int) string { return name }
		p, err := NewPlanner(len(sizes), sum(sizes))
		if err != nil {
			t.Fatal(err)
		}
		// Any target must do, not only the smallest, which all that a test can hold would get.
		p.target = rapid.Int64Range(MinTarget, MaxTarget).Draw(t, "target")
		parts, err := plan(p, names, sizes)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPlan(p, parts, names, sizes); err != nil {
			t.Fatal(err)
		}
		var data int64
		for _, part := range parts {
			data += part.Size
		}
		if bound := data/p.Target() + 1; int64(len(parts)) > bound {
			t.Fatalf("%d parts of %d bytes altogether, want at most %d", len(parts), data, bound)
		}
	})
}

// At the limits no mixture of sizes may need more numbers than S3 has.
func TestPlannerAtTheLimits(t *testing.T) {
	t.Parallel()
	const maxBytes = 150_000_000_000
	for _, tc := range []struct {
		name, reason string
		count        int
		sizes        []int64 // in turns, until count or 150 GB are reached
	}{
		{"300 KB", "The limits come from photos of this size.", 500_000, []int64{300_000}},
		{"largest", "Nothing fills a part so unevenly.", 500_000, []int64{MaxEntrySize}},
		{"just over half", "Two would be over the target by far, one is far below.", 500_000, []int64{7_900_000}},
		{"early closed", "Each pair is a part closed early and one of a single photo.", 500_000, []int64{MinPartSize, MaxEntrySize}},
		{"a byte too small", "Each second photo must join one that is too small alone.", 500_000, []int64{MinPartSize - 300, MaxEntrySize}},
		{"just under the target", "Each part nearly doubles.", 500_000, []int64{14 * mib}},
		{"small and large", "A mixture as it comes.", 500_000, []int64{1, 12 * mib, 300_000, 9 * mib, 4 * mib, 15 * mib, 2_000}},
		{"empty", "Headers and directory alone.", 500_000, []int64{0}},
		{"60 GB", "The smallest target is used up to its end.", 500_000, []int64{120_000}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var sizes []int64
			for total := int64(0); len(sizes) < tc.count; {
				size := tc.sizes[len(sizes)%len(tc.sizes)]
				if total += size; total > maxBytes {
					break
				}
				sizes = append(sizes, size)
			}
			p, err := NewPlanner(len(sizes), sum(sizes))
			if err != nil {
				t.Fatal(err)
			}
			name := strings.Repeat("n", MaxNameLength)
			names := func(int) string { return name }
			parts, err := plan(p, names, sizes)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkPlan(p, parts, names, sizes); err != nil {
				t.Errorf("%v: %s", err, tc.reason)
			}
			if err := checkNumbers(parts, names, len(sizes)); err != nil {
				t.Errorf("%d parts, %v: %s", len(parts), err, tc.reason)
			}
			if total := parts[len(parts)-1].Size + p.LargestPart()*int64(len(parts)); total > MaxObjectSize || p.LargestPart() > MaxPartSize {
				t.Errorf("beyond S3's limits: up to %d bytes in parts of up to %d: %s", total, p.LargestPart(), tc.reason)
			}
		})
	}
}

// The worst that can come: parts of exactly the target, so that there are as many as possible, at both limits at once, with
// the longest names and the largest expected tail.
func TestPlannerWithoutSlack(t *testing.T) {
	t.Parallel()
	const count, maxBytes = 500_000, 150_000_000_000
	p, err := NewPlanner(count, maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	sizes := make([]int64, count)
	left := int64(maxBytes)
	for i := range sizes {
		sizes[i] = min(left, p.Target()-30-MaxNameLength)
		left -= sizes[i]
	}
	name := strings.Repeat("n", MaxNameLength)
	names := func(int) string { return name }
	parts, err := plan(p, names, sizes)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkPlan(p, parts, names, sizes); err != nil {
		t.Error(err)
	}
	if err := checkNumbers(parts, names, count); err != nil {
		t.Errorf("%d parts: %v", len(parts), err)
	}
}

// BenchmarkPlan names and plans 500,000 photos, with a collision for each second one.
func BenchmarkPlan(b *testing.B) {
	const count = 500_000
	originals := make([]string, count)
	for i := range originals {
		originals[i] = fmt.Sprintf("IMG_%06d.JPG", i/2)
	}
	b.ReportAllocs()
	for b.Loop() {
		namer := NewNamer("labels.csv")
		planner, err := NewPlanner(count, count*300_000)
		if err != nil {
			b.Fatal(err)
		}
		parts := 0
		for _, original := range originals {
			_, ok, err := planner.Add(Entry{Name: namer.Name(original), Size: 300_000})
			if err != nil {
				b.Fatal(err)
			}
			if ok {
				parts++
			}
		}
		b.ReportMetric(float64(parts), "parts")
	}
}
