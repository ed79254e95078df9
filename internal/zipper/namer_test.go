package zipper

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestNamer(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 300)
	for _, tc := range []struct {
		name, reason string
		in, want     []string
	}{
		{"kept", "A safe name is the person's own and stays.",
			[]string{"IMG_0001.JPG", "Ferien in Zürich.jpeg", "写真.png", "a.tar.gz"},
			[]string{"IMG_0001.JPG", "Ferien in Zürich.jpeg", "写真.png", "a.tar.gz"}},
		{"collision", "Same names must not lose a photo.",
			[]string{"a.jpg", "a.jpg", "a.jpg"}, []string{"a.jpg", "a (2).jpg", "a (3).jpg"}},
		{"case", "Windows and macOS hold these for one file.",
			[]string{"a.jpg", "A.JPG", "É.jpg", "é.jpg"}, []string{"a.jpg", "A (2).JPG", "É.jpg", "é (2).jpg"}},
		{"composition", "macOS holds composed and decomposed accents for one name.",
			[]string{"é.jpg", "e\u0301.jpg"}, []string{"é.jpg", "e\u0301 (2).jpg"}},
		{"case of a letter composed in one case only", "J with caron exists composed in lower case only.",
			[]string{"\u01f0.jpg", "J\u030c.jpg"}, []string{"\u01f0.jpg", "J\u030c (2).jpg"}},
		{"kelvin", "The sign for kelvin folds to k.", []string{"k.jpg", "\u212a.jpg"}, []string{"k.jpg", "\u212a (2).jpg"}},
		{"number taken", "A person's own (2) is not overwritten.",
			[]string{"a (2).jpg", "a.jpg", "a.jpg"}, []string{"a (2).jpg", "a.jpg", "a (3).jpg"}},
		{"number came first", "Nor does ours collide with one that comes later.",
			[]string{"a.jpg", "a.jpg", "a (2).jpg"}, []string{"a.jpg", "a (2).jpg", "a (2) (2).jpg"}},
		{"without extension", "The number goes to the end.", []string{"photo", "photo"}, []string{"photo", "photo (2)"}},
		{"sentence", "What follows a dot is not always an extension.",
			[]string{"Mr. Smith", "Mr. Smith"}, []string{"Mr. Smith", "Mr. Smith (2)"}},
		{"reserved", "labels.csv belongs to the archive itself.", []string{"Labels.CSV"}, []string{"Labels (2).CSV"}},
		{"empty", "Every photo needs a name.", []string{"", "...", " . "}, []string{"photo", "photo (2)", "photo (3)"}},
		{"traversal", "A name must not lead out of the folder.",
			[]string{"../../etc/passwd", `..\..\a.jpg`, "/abs.jpg", `C:\a.jpg`},
			[]string{"_.._etc_passwd", "_.._a.jpg", "_abs.jpg", "C__a.jpg"}},
		{"windows characters", "Windows refuses these.", []string{`a<>:"|?*b.jpg`}, []string{"a_______b.jpg"}},
		{"control", "Control characters play tricks with terminals.",
			[]string{"a\x00b\x1b[31m\n\x7f\u0085.jpg"}, []string{"a_b_[31m___.jpg"}},
		{"bidi", "A right-to-left override makes exe.jpg of gpj.exe.", []string{"a\u202egpj.exe"}, []string{"a_gpj.exe"}},
		{"emoji", "Joiners hold an emoji together and stay.", []string{"👩‍👩‍👧.jpg"}, []string{"👩‍👩‍👧.jpg"}},
		{"leading dots", "They hide a file on Unix.", []string{"..a.jpg", ".b"}, []string{"a.jpg", "b"}},
		{"trailing dots and spaces", "Windows drops them silently.",
			[]string{"a.jpg.", "b.jpg ", "c. . "}, []string{"a.jpg", "b.jpg", "c"}},
		{"devices", "Windows opens a device instead, whatever the extension.",
			[]string{"con", "PRN.jpg", "aux.tar.gz", "nul .jpg", "COM1.jpg", "lpt9", "COM¹.jpg", "CONIN$"},
			[]string{"_con", "_PRN.jpg", "_aux.tar.gz", "_nul .jpg", "_COM1.jpg", "_lpt9", "_COM¹.jpg", "_CONIN$"}},
		{"no devices", "These only look like devices.",
			[]string{"console.jpg", "COM.jpg", "COM10.jpg", "LPTX", "my con.jpg"},
			[]string{"console.jpg", "COM.jpg", "COM10.jpg", "LPTX", "my con.jpg"}},
		{"invalid UTF-8", "Each broken byte is replaced.", []string{"a\xff\xc3.jpg"}, []string{"a__.jpg"}},
		{"long", "255 bytes is what file systems take; the extension stays.",
			[]string{long + ".jpg"}, []string{long[:251] + ".jpg"}},
		{"long collision", "The number counts into the length; room is kept for the longest one.",
			[]string{long + ".jpg", long + ".jpg"}, []string{long[:251] + ".jpg", long[:238] + " (2).jpg"}},
		{"long runes", "No rune is cut in half.",
			[]string{strings.Repeat("ü", 200) + ".jpg"}, []string{strings.Repeat("ü", 125) + ".jpg"}},
		{"device after the cut", "Cutting and trimming leave the bare device, which must be caught.",
			[]string{"CON" + strings.Repeat(" ", 252) + "xyz"}, []string{"_CON"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			namer := NewNamer("labels.csv")
			for i, in := range tc.in {
				if got := namer.Name(in); got != tc.want[i] {
					t.Errorf("Name(%q) = %q, want %q: %s", in, got, tc.want[i], tc.reason)
				}
			}
		})
	}
}

// names draws lists of names that collide often: few letters, in both cases, with separators, numbers and accents.
func names(t *rapid.T) []string {
	hostile := rapid.StringOfN(rapid.RuneFrom([]rune("aAbé\u0301. (2)/\\:\x00\u202eK\u212açon")), 0, 6, -1)
	long := rapid.Custom(func(t *rapid.T) string {
		return strings.Repeat(rapid.SampledFrom([]string{"x", "ü", "𝒳", " "}).Draw(t, "unit"), rapid.IntRange(60, 300).Draw(t, "units")) +
			rapid.SampledFrom([]string{"", ".jpg", ".JPG", ". "}).Draw(t, "end")
	})
	known := rapid.SampledFrom([]string{"IMG_0001.JPG", "img_0001.jpg", "IMG_0001 (2).JPG", "CON", "com1.jpg", "labels.csv", ""})
	return rapid.SliceOfN(rapid.OneOf(hostile, long, known, rapid.String()), 0, 40).Draw(t, "names")
}

func TestNamerOnAnyNames(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if err := checkNamer(names(t)); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzNamer(f *testing.F) {
	f.Add("a.jpg\nA.JPG\na (2).jpg")
	f.Add("../x\nCON\ncom\u00b9.jpg\n\xff\n\n.")
	f.Add(strings.Repeat("ü", 200) + ".jpg\n" + strings.Repeat("Ü", 200) + ".JPG")
	f.Add("\u01f0\nJ\u030c\n\u0345\n\u0399\nCON" + strings.Repeat(" ", 252) + "x")
	f.Fuzz(func(t *testing.T, joined string) {
		if err := checkNamer(strings.Split(joined, "\n")); err != nil {
			t.Fatal(err)
		}
	})
}

// checkNamer names all originals and says which promise of Namer is broken.
func checkNamer(originals []string) error {
	namer, again := NewNamer("labels.csv"), NewNamer("labels.csv")
	var given []string
	for _, original := range originals {
		name := namer.Name(original)
		if second := again.Name(original); second != name {
			return fmt.Errorf("%q became %q, then %q", original, name, second)
		}
		if err := checkSafe(name); err != nil {
			return fmt.Errorf("%q became %q: %w", original, name, err)
		}
		if first := NewNamer().Name(original); isASCII(original) && checkSafe(original) == nil && first != original {
			return fmt.Errorf("%q became %q without need", original, first)
		}
		if same := NewNamer().Name(name); same != name {
			return fmt.Errorf("%q became %q, and that %q", original, name, same)
		}
		given = append(given, name)
	}
	given = append(given, "labels.csv")
	for i, a := range given {
		for _, b := range given[i+1:] {
			// An oracle of its own, weaker than foldName but independent of it.
			if strings.EqualFold(a, b) || strings.EqualFold(norm.NFC.String(a), norm.NFC.String(b)) ||
				strings.EqualFold(norm.NFD.String(a), norm.NFD.String(b)) {
				return fmt.Errorf("%q and %q are one file without case", a, b)
			}
		}
	}
	return nil
}

// checkSafe says which rule for names is broken. It states the rules anew, not by safeName.
func checkSafe(name string) error {
	switch {
	case name == "" || len(name) > 255:
		return fmt.Errorf("%d bytes", len(name))
	case !utf8.ValidString(name):
		return fmt.Errorf("not UTF-8")
	case strings.ContainsAny(name, "/\\<>:\"|?*"):
		return fmt.Errorf("reserved character")
	case strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("control character")
	case strings.HasPrefix(name, "."), strings.HasSuffix(name, "."), strings.HasSuffix(name, " "), strings.HasPrefix(name, " "):
		return fmt.Errorf("dot or space at an end")
	}
	base := strings.ToLower(strings.TrimRight(strings.SplitN(name, ".", 2)[0], " "))
	if slices.Contains([]string{"con", "prn", "aux", "nul", "conin$", "conout$"}, base) {
		return fmt.Errorf("device")
	}
	for _, port := range []string{"com", "lpt"} {
		for _, digit := range "0123456789¹²³" {
			if base == port+string(digit) {
				return fmt.Errorf("device")
			}
		}
	}
	return nil
}

// Collisions must cost O(1) amortised. Each number that is tried allocates, so ten times the names may allocate about ten
// times as often; where every collision counts from 2 again it is a hundred times. Not parallel: AllocsPerRun forbids it.
func TestNamerManyCollisions(t *testing.T) {
	const few, many = 500, 5_000
	for _, tc := range []struct {
		name, reason string
		original     func(i, count int) string
		last         string
	}{
		{"one name", "A camera starts its numbers anew on each card.",
			func(int, int) string { return "IMG_0001.JPG" }, "IMG_0001 (5000).JPG"},
		{"numbers taken", "A person unpacked such a zip and uploads it again, the plain name last.",
			func(i, count int) string {
				if i < count/2 {
					return fmt.Sprintf("a (%d).jpg", i+2)
				}
				return "a.jpg"
			}, "a (5000).jpg"},
		{"long names", "Names that differ beyond the cut share their numbers.",
			func(i, _ int) string {
				return strings.Repeat("x", 240) + fmt.Sprintf("%05d.jpg", i/2)
			}, strings.Repeat("x", 238) + " (2501).jpg"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var last string
			allocations := func(count int) float64 {
				return testing.AllocsPerRun(1, func() {
					namer := NewNamer()
					for i := range count {
						last = namer.Name(tc.original(i, count))
					}
				})
			}
			a, b := allocations(few), allocations(many)
			if ratio := b / a; ratio > 2*many/few {
				t.Errorf("%.0f allocations for %d names, %.0f for %d: %s", a, few, b, many, tc.reason)
			}
			if last != tc.last {
				t.Errorf("last name %q, want %q: %s", last, tc.last, tc.reason)
			}
		})
	}
}
