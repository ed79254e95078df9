package zipper

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Namer gives the files of one zip names that are safe on every system and differ even where case and the way of
// composing accents do not count, as on Windows and macOS. The same originals in the same order give the same names.
//
// It keeps every name in memory, about 100 bytes for each. It is not safe for concurrent use.
type Namer struct {
	taken map[string]struct{} // by foldName
	// next is the number that the next collision tries, by the folded name that the number is put into. It makes
	// collisions cost O(1) amortised: no number of a name is tried twice.
	next map[string]uint32
}

// NewNamer gives a Namer that never gives out the reserved names.
func NewNamer(reserved ...string) *Namer {
	n := &Namer{taken: make(map[string]struct{}), next: make(map[string]uint32)}
	for _, name := range reserved {
		n.taken[foldName(name)] = struct{}{}
	}
	return n
}

// maxNumberLength is room for " (4294967295)".
const maxNumberLength = 13

// Name gives the file's name in the zip: the original where possible, made safe as safeName says, and with " (2)",
// " (3)" and so on before the extension where the name is taken. It has at most MaxNameLength bytes.
func (n *Namer) Name(original string) string {
	name := safeName(original)
	if n.take(name) {
		return name
	}
	stem, extension := splitExtension(name)
	// Always room for the longest number, so that all collisions of a long name count in one series.
	stem = cutString(stem, MaxNameLength-len(extension)-maxNumberLength)
	series := foldName(stem + extension)
	number := max(n.next[series], 2)
	for {
		numbered := stem + " (" + strconv.FormatUint(uint64(number), 10) + ")" + extension
		number++
		if n.take(numbered) {
			n.next[series] = number
			return numbered
		}
	}
}

// take claims a name and says whether it was free.
func (n *Namer) take(name string) bool {
	key := foldName(name)
	if _, taken := n.taken[key]; taken {
		return false
	}
	n.taken[key] = struct{}{}
	return true
}

// foldName gives a key that is equal for names that differ only in case (Unicode simple case folding, as in NTFS) or in
// composed against decomposed accents (canonical equivalence, as in APFS). Decomposing first lets a letter fold whose
// composed form exists in one case only.
func foldName(name string) string {
	if isASCII(name) {
		return strings.ToUpper(name)
	}
	return norm.NFC.String(strings.Map(foldRune, norm.NFD.String(name)))
}

// foldRune gives the smallest of the runes that differ from r in case only; for ASCII letters, the capital.
func foldRune(r rune) rune {
	smallest := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		smallest = min(smallest, other)
	}
	return smallest
}

// splitExtension splits "IMG_0001.JPG" into "IMG_0001" and ".JPG". Only a short run of ASCII letters and digits counts
// as an extension, so that "Mr. Smith" has none.
func splitExtension(name string) (stem, extension string) {
	const maxExtension = 16
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || dot == len(name)-1 || len(name)-dot > maxExtension {
		return name, ""
	}
	for _, c := range []byte(name[dot+1:]) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return name, ""
		}
	}
	return name[:dot], name[dot:]
}

// cutString gives the longest beginning of s that has at most limit bytes and ends between runes.
func cutString(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
