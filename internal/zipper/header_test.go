package zipper

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestEntryValidate(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, reason string
		entry        Entry
		valid        bool
	}{
		{"usual", "A photo as the catalog has it must pass.", Entry{Name: "a.jpg", Size: 1}, true},
		{"empty file", "The format has files of no bytes.", Entry{Name: "a.jpg"}, true},
		{"longest name", "A Namer gives names of up to 255 bytes.", Entry{Name: strings.Repeat("n", 255)}, true},
		{"long name", "The planner's bound on parts counts on 255 bytes at most.", Entry{Name: strings.Repeat("n", 256)}, false},
		{"no name", "Readers refuse or skip a file without a name.", Entry{Size: 1}, false},
		{"not UTF-8", "Readers would guess at the code page.", Entry{Name: "a\xff.jpg"}, false},
		{"negative size", "It would be written as a huge one.", Entry{Name: "a.jpg", Size: -1}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := tc.entry.Validate()
			if (err == nil) != tc.valid || err != nil && !errors.Is(err, ErrInvalidEntry) {
				t.Errorf("Validate() = %v, want valid %t: %s", err, tc.valid, tc.reason)
			}
		})
	}
}

func TestDOSDateTime(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("JST", 9*3600)
	for _, tc := range []struct {
		name, reason string
		at           time.Time
		year         int
		month, day   int
		h, m, s      int
	}{
		{"wall clock", "A photo shows the time of the place where it was taken, whatever the zone.",
			time.Date(2024, 5, 6, 23, 58, 59, 999, tokyo), 2024, 5, 6, 23, 58, 58},
		{"zero", "A photo without a date gets the first that the format has.", time.Time{}, 1980, 1, 1, 0, 0, 0},
		{"too early", "Scanned photos may be dated before 1980.", time.Date(1979, 12, 31, 23, 59, 59, 0, time.UTC), 1980, 1, 1, 0, 0, 0},
		{"first", "The format begins here.", time.Date(1980, 1, 1, 0, 0, 2, 0, time.UTC), 1980, 1, 1, 0, 0, 2},
		{"last", "The format ends here.", time.Date(2107, 12, 31, 23, 59, 59, 0, time.UTC), 2107, 12, 31, 23, 59, 58},
		{"too late", "A camera's clock can be far off.", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 2107, 12, 31, 23, 59, 58},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			date, clock := dosDateTime(tc.at)
			got := [6]int{int(date>>9) + 1980, int(date >> 5 & 15), int(date & 31), int(clock >> 11), int(clock >> 5 & 63), int(clock&31) * 2}
			want := [6]int{tc.year, tc.month, tc.day, tc.h, tc.m, tc.s}
			if got != want {
				t.Errorf("got %v, want %v: %s", got, want, tc.reason)
			}
		})
	}
}

func TestHeaderSizes(t *testing.T) {
	t.Parallel()
	const gib4 = int64(math.MaxUint32)
	for _, tc := range []struct {
		name, reason     string
		size, offset     int64
		local, directory int64 // beside the name
	}{
		{"small", "Photos in a zip under 4 GiB carry nothing of Zip64.", 300_000, 5, 30, 46},
		{"last small offset", "One below the mark still fits into 32 bits.", 1, gib4 - 1, 30, 46},
		{"marked offset", "All ones means: see the Zip64 field.", 1, gib4, 30, 46 + 12},
		{"last small size", "One below the mark still fits into 32 bits.", gib4 - 1, 0, 30, 46},
		{"marked size", "A local header must hold both sizes, the directory holds what did not fit.", gib4, 0, 50, 46 + 20},
		{"both", "Size and offset share one Zip64 field.", gib4 + 1, gib4 + 1, 50, 46 + 28},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := Entry{Name: "größe.jpg", Size: tc.size}
			n := int64(len(e.Name))
			if got := LocalHeaderSize(e); got != tc.local+n {
				t.Errorf("LocalHeaderSize = %d, want %d: %s", got, tc.local+n, tc.reason)
			}
			if got := int64(len(AppendLocalHeader(nil, e))); got != tc.local+n {
				t.Errorf("local header of %d bytes, want %d: %s", got, tc.local+n, tc.reason)
			}
			if got := DirectoryEntrySize(e, tc.offset); got != tc.directory+n {
				t.Errorf("DirectoryEntrySize = %d, want %d: %s", got, tc.directory+n, tc.reason)
			}
			if got := int64(len(AppendDirectoryEntry(nil, e, tc.offset))); got != tc.directory+n {
				t.Errorf("directory entry of %d bytes, want %d: %s", got, tc.directory+n, tc.reason)
			}
		})
	}
}

func TestDirectoryEntryBudget(t *testing.T) {
	t.Parallel()
	e := Entry{Name: strings.Repeat("n", 52), Size: MaxEntrySize}
	if got := DirectoryEntrySize(e, 150_000_000_000); got > 110 {
		t.Errorf("directory entry of %d bytes, want at most 110: a finisher's memory is counted in them", got)
	}
}

func TestEndSize(t *testing.T) {
	t.Parallel()
	const mark = int64(math.MaxUint32)
	for _, tc := range []struct {
		name, reason string
		entries      uint64
		offset, size int64
		want         int
	}{
		{"empty", "A zip of nothing is just its end.", 0, 0, 0, 22},
		{"most entries", "65,534 is the last count below the mark.", 65_534, 0, 0, 22},
		{"marked entries", "65,535 is the mark itself.", 65_535, 0, 0, 98},
		{"more entries", "65,536 does not fit into 16 bits.", 65_536, 0, 0, 98},
		{"last offset", "One below the mark fits.", 1, mark - 1, 0, 22},
		{"marked offset", "All ones is the mark.", 1, mark, 0, 98},
		{"last size", "One below the mark fits.", 1, 0, mark - 1, 22},
		{"marked size", "All ones is the mark.", 1, 0, mark, 98},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := EndSize(tc.entries, tc.offset, tc.size); got != int64(tc.want) {
				t.Errorf("EndSize = %d, want %d: %s", got, tc.want, tc.reason)
			}
			if got := len(AppendEnd(nil, tc.entries, tc.offset, tc.size)); got != tc.want {
				t.Errorf("end of %d bytes, want %d: %s", got, tc.want, tc.reason)
			}
		})
	}
}
