package zipper

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const mib = 1 << 20

// plan runs entries of the given sizes through a Planner and gives all parts.
func plan(p *Planner, names func(i int) string, sizes []int64) ([]Part, error) {
	var parts []Part
	for i, size := range sizes {
		closed, err := p.Add(Entry{Name: names(i), Size: size})
		if err != nil {
			return nil, err
		}
		parts = append(parts, closed...)
	}
	return append(parts, p.Close()...), nil
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
		want         string // entries of each part, and how many bytes of the last are copied where some are
	}{
		{"nothing", "No entries make no part.", nil, ""},
		{"one small", "The last part may be of any size.", []int64{1}, "[0]"},
		{"3 MB", "Usual photos keep their order and fill parts of a little over 14 MiB.", repeat(7, 3_000_000), "[0 1 2 3 4] [5 6]"},
		{"exactly full", "A part that has reached the target takes no more.",
			[]int64{4 * mib, 4 * mib, 4 * mib, 2*mib - 4*header, 1}, "[0 1 2 3] [4]"},
		{"a byte short of full", "Below the target a part is open.", []int64{4 * mib, 4 * mib, 4 * mib, 2*mib - 4*header - 1, 1}, "[0 1 2 3 4]"},
		{"empty files", "Headers count too.", repeat(3, 0), "[0 1 2]"},
		{"one of 9 MiB", "Sent or copied, one of two parts would be too small.", []int64{9 * mib}, "[0]"},
		{"one of 15 MiB", "5 MiB with its own header are sent, the rest is copied.", []int64{MaxEntrySize}, "[0]+10485795"},
		{"two of 7 MiB", "One is sent whole and carries the other.", repeat(2, 7*mib), "[1 0]+7340032"},
		{"small before large", "What is sent before has 5 MiB with the header, so the large one is copied whole.",
			[]int64{5*mib - 2*header, 5 * mib}, "[0 1]+5242880"},
		{"large before small", "Order gives way to copying.", []int64{6 * mib, 3 * mib, 2 * mib}, "[1 2 0]+6291456"},
		{"small one and large", "The sent part lacks 2 MiB, which the large photo has to spare.",
			[]int64{3 * mib, 7 * mib}, "[0 1]+5242950"},
		{"nothing to spare", "The sent part lacks 2 MiB, and then less than 5 would be left to copy.",
			[]int64{3 * mib, 7*mib - 2*header - 1}, "[0 1]"},
		{"two pairs", "The larger photo makes up for the smaller company.",
			[]int64{4 * mib, 6 * mib, 3 * mib, 7 * mib}, "[0 1]+5242950 [2 3]+5242950"},
		{"plenty of small ones", "A carrier takes no more than 8 MiB; the others go on their own, in order.",
			append(repeat(18, 2*mib), 6*mib), "[0 1 2 3 18]+6291456 [4 5 6 7 8 9 10] [11 12 13 14 15 16 17]"},
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
			if got := describe(parts); got != tc.want {
				t.Errorf("parts %s, want %s: %s", got, tc.want, tc.reason)
			}
		})
	}
}

func describe(parts []Part) string {
	var all []string
	for _, part := range parts {
		text := fmt.Sprint(part.Entries)
		if part.Copied > 0 {
			text += fmt.Sprintf("+%d", part.Copied)
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
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
		{"Dan's photos", "Usual archives get the smallest parts.", 3_000, 3_000 * 300_000, 14 * mib, 14 * mib, nil},
		{"benchmark", "3,000 of 5 MB too.", 3_000, 15_000_000_000, 14 * mib, 14 * mib, nil},
		{"60 GB", "Even 60 GB fit with the smallest parts.", 200_000, 60_000_000_000, 14 * mib, 14 * mib, nil},
		{"limits", "500,000 photos of 150 GB are promised.", 500_000, 150_000_000_000, 14 * mib, 15 * mib, nil},
		{"few large", "150 GB of the largest photos too.", 9_537, 150_000_000_000, 14 * mib, 15 * mib, nil},
		{"nothing", "An empty plan has a target too.", 0, 0, 14 * mib, 14 * mib, nil},
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
			if _, err := p.Add(tc.entry); !errors.Is(err, tc.err) {
				t.Errorf("error %v, want %v: %s", err, tc.err, tc.reason)
			}
			// The refused entry must have left no trace.
			if _, err := p.Add(Entry{Name: "b", Size: 10}); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Add(Entry{Name: "c"}); !errors.Is(err, ErrUnannounced) {
				t.Errorf("error %v for one entry too many, want %v", err, ErrUnannounced)
			}
			if last := p.Close(); !reflect.DeepEqual(last, []Part{{Number: 1, Entries: []int{0}, Size: 41, Bytes: 10}}) {
				t.Errorf("last parts %+v", last)
			}
			if again := p.Close(); len(again) > 0 {
				t.Errorf("a second Close gave %+v", again)
			}
		})
	}
}

// checkPlan says which promise of Planner the parts break.
func checkPlan(p *Planner, parts []Part, names func(int) string, sizes []int64) error {
	placed := make([]bool, len(sizes))
	number := 1
	for i, part := range parts {
		last := i == len(parts)-1
		switch {
		case part.Number != number:
			return fmt.Errorf("part %d of %d has number %d, want %d", i+1, len(parts), part.Number, number)
		case len(part.Entries) < 1:
			return fmt.Errorf("part %d has no entries", part.Number)
		case part.Size < MinPartSize && (!last || part.Copied > 0):
			return fmt.Errorf("part %d has %d bytes", part.Number, part.Size)
		case part.Copied != 0 && part.Copied < MinPartSize:
			return fmt.Errorf("part %d has %d bytes copied", part.Number, part.Copied)
		case part.Size > p.LargestPart():
			return fmt.Errorf("part %d has %d bytes, over %d", part.Number, part.Size, p.LargestPart())
		case part.Copied == 0 && part.Size > 2*p.Target() && part.Size-30-255-sizes[part.Entries[len(part.Entries)-1]] >= MinPartSize:
			return fmt.Errorf("part %d has %d bytes and could have been closed earlier", part.Number, part.Size)
		}
		number++
		if part.Copied > 0 {
			number++
		}
		var bytes, size int64
		for n, index := range part.Entries {
			if placed[index] {
				return fmt.Errorf("entry %d has two places", index)
			}
			placed[index] = true
			bytes += sizes[index]
			size += sizes[index] + 30 + int64(len(names(index)))
			if last := n == len(part.Entries)-1; last && part.Copied > sizes[index] {
				return fmt.Errorf("%d bytes of entry %d are copied, which has %d", part.Copied, index, sizes[index])
			} else if n > 0 && (!last || part.Copied == 0) && index <= part.Entries[n-1] {
				return fmt.Errorf("entry %d comes after entry %d", index, part.Entries[n-1])
			}
		}
		if bytes != part.Bytes || size != part.Size+part.Copied {
			return fmt.Errorf("part %d has %d of %d bytes, want %d of %d", part.Number, part.Bytes, part.Size+part.Copied, bytes, size)
		}
	}
	if number > MaxParts+1 {
		return fmt.Errorf("%d part numbers", number-1)
	}
	if missing := slices.Index(placed, false); missing >= 0 {
		return fmt.Errorf("entry %d has no place", missing)
	}
	return nil
}

// numbers is how many part numbers of the upload the parts take.
func numbers(parts []Part) int {
	n := len(parts)
	for _, part := range parts {
		if part.Copied > 0 {
			n++
		}
	}
	return n
}

// checkNumbers says whether the tail, at its expected largest, finds no numbers after the parts.
func checkNumbers(parts []Part, names func(int) string, count int) error {
	tail := int64(98 + 1_000 + 512*mib)
	for i := range count {
		tail += 8<<10 + 46 + 12 + int64(len(names(i)))
	}
	cut, err := CutTail(numbers(parts)+1, tail)
	if err != nil {
		return err
	}
	if got := numbers(parts) + len(cut); got > MaxParts {
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
		p.average = rapid.Int64Range(1, MaxTarget).Draw(t, "average")
		p.target = max(MinTarget, p.average)
		parts, err := plan(p, names, sizes)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPlan(p, parts, names, sizes); err != nil {
			t.Fatal(err)
		}
		var data int64
		for _, part := range parts {
			data += part.Size + part.Copied
		}
		if bound := data/p.average + 1; int64(numbers(parts)) > bound {
			t.Fatalf("%d parts of %d bytes altogether, want at most %d", numbers(parts), data, bound)
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
				t.Errorf("%d parts, %v: %s", numbers(parts), err, tc.reason)
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
			closed, err := planner.Add(Entry{Name: namer.Name(original), Size: 300_000})
			if err != nil {
				b.Fatal(err)
			}
			parts += len(closed)
		}
		b.ReportMetric(float64(parts), "parts")
	}
}

// TestPlannerCopiesAtTheLimits plans as many large photos as one archive takes: numbers are so scarce then that two photos
// have to be sent for each that is copied, and no more than that.
func TestPlannerCopiesAtTheLimits(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		bytes        int64
		atMost       float64 // share of the bytes that are sent
	}{
		{"20 GB", "numbers to spare: one is sent for each that is copied", 20e9, 0.5},
		{"90 GB", "still", 90e9, 0.5},
		{"120 GB", "numbers become scarce, and some carriers send two", 120e9, 0.6},
		{"150 GB", "all that an archive takes: most carriers send two", 150e9, 0.7},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sizes []int64
			for n, left := int64(0), c.bytes; ; n++ {
				size := 8_000_000 + n*2_654_435_761%7_000_000
				if left -= size; left < 0 {
					break
				}
				sizes = append(sizes, size)
			}
			p, err := NewPlanner(len(sizes), sum(sizes))
			if err != nil {
				t.Fatal(err)
			}
			parts, err := plan(p, cameraName, sizes)
			if err != nil {
				t.Fatal(err)
			}
			var sent, all int64
			for _, part := range parts {
				sent, all = sent+part.Size, all+part.Size+part.Copied
			}
			share := float64(sent) / float64(all)
			t.Logf("%.1f%% are sent, in %d parts", 100*share, len(parts))
			if share > c.atMost {
				t.Errorf("%.1f%% are sent, want at most %.0f%%: %s", 100*share, 100*c.atMost, c.reason)
			}
		})
	}
}
