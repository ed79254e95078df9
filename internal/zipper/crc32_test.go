package zipper

import (
	"hash/crc32"
	"testing"

	"pgregory.net/rapid"
)

func TestCombineCRC32(t *testing.T) {
	t.Parallel()
	zeros := make([]byte, 70_001)
	for _, tc := range []struct {
		name, reason string
		a, b         []byte
	}{
		{"both empty", "Nothing and nothing is nothing.", nil, nil},
		{"empty second", "An empty fragment changes nothing.", []byte("file,label\n"), nil},
		{"empty first", "The first fragment may be empty.", nil, []byte("file,label\n")},
		{"check value", "The parts of the standard check string give its CRC, cbf43926.", []byte("1234"), []byte("56789")},
		{"zeros", "Zeros still move the register.", zeros[:1], zeros},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			want := crc32.ChecksumIEEE(append(append([]byte{}, tc.a...), tc.b...))
			got := CombineCRC32(crc32.ChecksumIEEE(tc.a), crc32.ChecksumIEEE(tc.b), int64(len(tc.b)))
			if got != want {
				t.Errorf("got %08x, want %08x: %s", got, want, tc.reason)
			}
		})
	}
}

func TestCRCPowers(t *testing.T) {
	t.Parallel()
	want := crcOne >> 8 // x to the power 8
	for k, got := range crcPowers {
		if got != want {
			t.Errorf("power %d is %08x, want %08x", k, got, want)
		}
		want = multiplyCRC(want, want)
	}
	if want != crcPowers[0] {
		t.Errorf("after the last power comes %08x, want the first again", want)
	}
}

func TestCombineCRC32OfAnyBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOfN(rapid.Byte(), 0, 2_000).Draw(t, "bytes")
		cut := rapid.IntRange(0, len(bytes)).Draw(t, "cut")
		a, b := bytes[:cut], bytes[cut:]
		want := crc32.ChecksumIEEE(bytes)
		if got := CombineCRC32(crc32.ChecksumIEEE(a), crc32.ChecksumIEEE(b), int64(len(b))); got != want {
			t.Fatalf("got %08x, want %08x", got, want)
		}
	})
}

// Lengths that no test can hash are checked by the law that the order of combining does not count.
func TestCombineCRC32OfLongInput(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := rapid.Uint32().Draw(t, "a"), rapid.Uint32().Draw(t, "b"), rapid.Uint32().Draw(t, "c")
		lenB := rapid.Int64Range(0, 1<<45).Draw(t, "lenB")
		lenC := rapid.Int64Range(0, 1<<45).Draw(t, "lenC")
		left := CombineCRC32(CombineCRC32(a, b, lenB), c, lenC)
		right := CombineCRC32(a, CombineCRC32(b, c, lenC), lenB+lenC)
		if left != right {
			t.Fatalf("(ab)c = %08x, a(bc) = %08x", left, right)
		}
	})
}

func BenchmarkCombineCRC32(b *testing.B) {
	var sum uint32
	for b.Loop() {
		sum = CombineCRC32(sum, 0xcbf43926, 300_001)
	}
}
