package zipper

import (
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestAssemble(t *testing.T) {
	t.Parallel()
	const full, short = int64(9 * mib), int64(MinPartSize - 1)
	for _, tc := range []struct {
		name, reason string
		in           []Segment
		want         Assembly
	}{
		{"nothing", "A zip of labels.csv alone is its tail.", nil, Assembly{TailNumber: 1}},
		{"full", "Full parts keep number and order.", []Segment{{Part: 1, Size: full}, {Part: 2, Size: full}},
			Assembly{Full: []Segment{{1, full, 0, 0}, {2, full, full, 0}}, TailOffset: 2 * full, DataEnd: 2 * full, TailNumber: 3}},
		{"short last part", "The tail follows, so S3 would refuse it as a part.", []Segment{{Part: 1, Size: full}, {Part: 2, Size: 7}},
			Assembly{Full: []Segment{{1, full, 0, 0}}, Short: []Segment{{2, 7, full, 0}}, TailOffset: full, DataEnd: full + 7, TailNumber: 2}},
		{"short middle part", "It moves behind the full ones.", []Segment{{Part: 1, Size: short}, {Part: 2, Size: full}, {Part: 3, Size: 1}},
			Assembly{Full: []Segment{{2, full, 0, 0}}, Short: []Segment{{1, short, full, 0}, {3, 1, full + short, 0}},
				TailOffset: full, DataEnd: full + short + 1, TailNumber: 3}},
		{"just full", "5 MiB may be sent.", []Segment{{Part: 1, Size: MinPartSize}},
			Assembly{Full: []Segment{{1, MinPartSize, 0, 0}}, TailOffset: MinPartSize, DataEnd: MinPartSize, TailNumber: 2}},
		{"empty", "A part of which everything is gone has no place.", []Segment{{Part: 1}, {Part: 2, Size: full}, {Part: 3}},
			Assembly{Full: []Segment{{2, full, 0, 0}}, TailOffset: full, DataEnd: full, TailNumber: 3}},
		{"copied", "What was copied has a number of its own, and the tail comes behind it.",
			[]Segment{{Part: 1, Size: full + 6*mib, Copied: 6 * mib}, {Part: 3, Size: 2 * full, Copied: full}},
			Assembly{Full: []Segment{{1, full + 6*mib, 0, 6 * mib}, {3, 2 * full, full + 6*mib, full}},
				TailOffset: 3*full + 6*mib, DataEnd: 3*full + 6*mib, TailNumber: 5}},
		{"all short", "Everything is tail, from number 1.", []Segment{{Part: 1, Size: 3}, {Part: 2, Size: 4}},
			Assembly{Short: []Segment{{1, 3, 0, 0}, {2, 4, 3, 0}}, DataEnd: 7, TailNumber: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := Assemble(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got %+v, want %+v: %s", got, tc.want, tc.reason)
			}
		})
	}
}

func TestAssembleRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, reason string
		in           []Segment
	}{
		{"repeated", "A part counted twice would shift every offset.", []Segment{{Part: 1, Size: 1}, {Part: 1, Size: 1}}},
		{"descending", "S3 puts parts together by number.", []Segment{{Part: 2, Size: 1}, {Part: 1, Size: 1}}},
		{"zero", "S3 numbers parts from 1.", []Segment{{Part: 0, Size: 1}}},
		{"negative", "Offsets would run backwards.", []Segment{{Part: 1, Size: -1}}},
		{"number of a copy", "Two parts of the upload cannot have one number.",
			[]Segment{{Part: 1, Size: 2 * MinPartSize, Copied: MinPartSize}, {Part: 2, Size: 1}}},
		{"small copy", "S3 would refuse it.", []Segment{{Part: 1, Size: 3 * MinPartSize, Copied: MinPartSize - 1}}},
		{"small before a copy", "S3 would refuse the part that is sent.", []Segment{{Part: 1, Size: 2*MinPartSize - 1, Copied: MinPartSize}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Assemble(tc.in); err == nil {
				t.Errorf("no error: %s", tc.reason)
			}
		})
	}
}

func TestCutTail(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, reason string
		first        int
		size         int64
		count        int
		chunk        int64
		err          error
	}{
		{"nothing", "No bytes need no part.", 1, 0, 0, 0, nil},
		{"one byte", "The last part may be of any size.", 10_000, 1, 1, 1, nil},
		{"one chunk", "8 MiB are one part.", 5, 8 * mib, 1, 8 * mib, nil},
		{"a byte more", "The byte is a part of its own, the last.", 5, 8*mib + 1, 2, 8 * mib, nil},
		{"few numbers", "Where numbers are short, parts grow.", 9_999, 24 * mib, 2, 12 * mib, nil},
		{"last place", "They grow up to 16 MiB.", 9_999, 32 * mib, 2, 16 * mib, nil},
		{"no place", "Beyond that the buffers of a worker would not do.", 9_999, 32*mib + 1, 0, 0, ErrTooLarge},
		{"no number", "S3 has 10,000 numbers.", 10_001, 1, 0, 0, ErrTooLarge},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			parts, err := CutTail(tc.first, tc.size)
			if !errors.Is(err, tc.err) || len(parts) != tc.count {
				t.Fatalf("%d parts, error %v, want %d, %v: %s", len(parts), err, tc.count, tc.err, tc.reason)
			}
			if tc.count > 0 && (parts[0].Size != tc.chunk || parts[0].Number != tc.first) {
				t.Errorf("first part %+v, want %d bytes: %s", parts[0], tc.chunk, tc.reason)
			}
		})
	}
	if _, err := CutTail(0, 1); err == nil {
		t.Error("no error for part 0")
	}
	if _, err := CutTail(1, -1); err == nil {
		t.Error("no error for a negative size")
	}
}

func TestCutTailOfAnySize(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.IntRange(1, MaxParts+1).Draw(t, "first")
		size := rapid.OneOf(rapid.Int64Range(0, 100*mib), rapid.Int64Range(0, 170_000*mib)).Draw(t, "size")
		parts, err := CutTail(first, size)
		if err != nil {
			if free := int64(MaxParts - first + 1); !errors.Is(err, ErrTooLarge) || size <= free*16*mib {
				t.Fatalf("refused: %v", err)
			}
			return
		}
		var at int64
		for i, p := range parts {
			last := i == len(parts)-1
			switch {
			case p.Number != first+i || p.Number > MaxParts:
				t.Fatalf("part %d has number %d", i, p.Number)
			case p.Offset != at:
				t.Fatalf("part %d begins at %d, want %d", i, p.Offset, at)
			case p.Size < 1 || p.Size > 16*mib || !last && p.Size < MinPartSize:
				t.Fatalf("part %d has %d bytes", i, p.Size)
			}
			at += p.Size
		}
		if at != size {
			t.Fatalf("parts of %d bytes altogether, want %d", at, size)
		}
	})
}
