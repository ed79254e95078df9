package photos_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"

	"pam/internal/zipper"
)

// noise is a few megabytes of which all photos of a generated library are excerpts, so that none of their bytes need be kept:
// where a byte string comes from can be told by looking at it, as each block of the noise says which one it is.
type noise struct {
	bytes []byte
	sums  []uint32 // CRC-32 of everything before each page
}

const (
	noiseBlock = 64
	noisePage  = 4096
	// noiseStarts is how many places an excerpt may begin at; the largest photo fits behind each.
	noiseStarts = 1 << 20
	noiseSize   = noiseStarts + zipper.MaxEntrySize
)

// noiseMark begins each block, before its number. It is not UTF-8, so no name and no CSV has it.
func noiseMark() []byte { return []byte{0xf7, 0xc1, 0x9e, 0xd3} }

func newNoise() *noise {
	n := &noise{bytes: make([]byte, noiseSize)}
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(n.bytes) // never fails
	for at := 0; at < noiseSize; at += noiseBlock {
		copy(n.bytes[at:], noiseMark())
		binary.LittleEndian.PutUint32(n.bytes[at+4:], uint32(at/noiseBlock))
	}
	var sum uint32
	for at := 0; at < noiseSize; at += noisePage {
		n.sums = append(n.sums, sum)
		sum = crc32.Update(sum, crc32.IEEETable, n.bytes[at:at+noisePage])
	}
	n.sums = append(n.sums, sum)
	return n
}

// sum is the CRC-32 of an excerpt.
func (n *noise) sum(from, size int64) uint32 {
	before := func(at int64) uint32 {
		page := at / noisePage
		return crc32.Update(n.sums[page], crc32.IEEETable, n.bytes[page*noisePage:at])
	}
	return before(from+size) ^ zipper.CombineCRC32(before(from), 0, size)
}

// run is some bytes: themselves, or as an excerpt of noise.
type run struct {
	bytes []byte // nil for noise
	from  int64
	size  int64
}

// runs cuts bytes into excerpts and what lies between them.
func (n *noise) runs(data []byte) []run {
	var all []run
	for len(data) > 0 {
		at, found := n.find(data)
		if at > 0 {
			all = append(all, run{bytes: bytes.Clone(data[:at]), size: int64(at)})
		}
		if found.size > 0 {
			all = append(all, found)
		}
		data = data[int64(at)+found.size:]
	}
	return all
}

// find gives the first excerpt in data, of size 0 at its end where there is none.
func (n *noise) find(data []byte) (at int, found run) {
	mark := noiseMark()
	for at < len(data) {
		next := bytes.Index(data[at:], mark)
		if next < 0 || at+next+8 > len(data) {
			break
		}
		at += next
		from := int64(binary.LittleEndian.Uint32(data[at+4:])) * noiseBlock
		if from < noiseSize {
			size := commonLength(data[at:], n.bytes[from:])
			before := 0
			for before < min(at, int(from)) && data[at-before-1] == n.bytes[int(from)-before-1] {
				before++
			}
			if size+before >= noiseBlock/2 {
				return at - before, run{from: from - int64(before), size: int64(size + before)}
			}
		}
		at++
	}
	return len(data), run{}
}

// commonLength is how many bytes a and b have in common from their beginning.
func commonLength(a, b []byte) int {
	n, limit := 0, min(len(a), len(b))
	for step := 1 << 16; step > 0; step /= 8 {
		for n+step <= limit && bytes.Equal(a[n:n+step], b[n:n+step]) {
			n += step
		}
	}
	for n < limit && a[n] == b[n] {
		n++
	}
	return n
}
