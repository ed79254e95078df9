package zipper

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fallbackName is the name of a file of which nothing printable is left.
const fallbackName = "photo"

// safeName makes a name that Windows, macOS and Linux all store as it is, and that cannot lead out of the folder into
// which the zip is unpacked. A name that is safe already comes back unchanged. Rules for Windows: "Naming Files, Paths,
// and Namespaces" in Microsoft's Win32 documentation.
//
//   - path separators, characters reserved by Windows, control characters, line separators, bidirectional controls
//     (which disguise extensions), non-characters and invalid UTF-8 become "_";
//   - dots and spaces at either end go: hidden files there, silently dropped by Windows here;
//   - a device name of Windows, with an extension or without, gets "_" in front;
//   - longer than MaxNameLength bytes, it is cut before its extension, between runes;
//   - an empty name becomes "photo".
func safeName(original string) string {
	name := strings.Map(safeRune, original)
	name = strings.TrimFunc(name, isEdge)
	if name == "" {
		return fallbackName
	}
	name = cutName(name)
	if isDeviceName(name) { // after the cut, which may leave just the device
		name = cutName("_" + name)
	}
	return name
}

func safeRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf: // nearly every rune of nearly every name
		if r < ' ' || r == 0x7f || strings.IndexByte(`<>:"/\|?*`, byte(r)) >= 0 {
			return '_'
		}
	case r == utf8.RuneError, // also what strings.Map makes of invalid UTF-8
		r == '\uFEFF', // byte order mark: invisible
		unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control, unicode.Noncharacter_Code_Point):
		return '_'
	}
	return r
}

func isEdge(r rune) bool { return r == '.' || unicode.IsSpace(r) }

// cutName cuts a name to MaxNameLength bytes and keeps its extension.
func cutName(name string) string {
	if len(name) <= MaxNameLength {
		return name
	}
	stem, extension := splitExtension(name)
	name = cutString(stem, MaxNameLength-len(extension)) + extension
	return strings.TrimRightFunc(name, isEdge)
}

// isDeviceName says whether Windows would open a device instead of a file. It looks only at what precedes the first dot,
// without spaces at its end.
func isDeviceName(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, isCOM := strings.CutPrefix(base, "COM")
	if !isCOM {
		var isLPT bool
		if port, isLPT = strings.CutPrefix(base, "LPT"); !isLPT {
			return false
		}
	}
	// Windows takes the superscript digits of ISO 8859-1 for digits.
	return utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}
