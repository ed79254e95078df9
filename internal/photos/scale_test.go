package photos_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pam/internal/imaging"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/zipper"
	"pam/internal/zipper/zippertest"
)

// fullSizeVariable has the tests of scale run at the full size of the limits, as make verify does; else they run at a two-hundredth: the
// race detector looks at every byte that is copied.
const fullSizeVariable = "PAM_TEST_FULL_SIZE"

// scale is by what the sizes of these tests are divided.
func scale(t *testing.T) int {
	t.Helper()
	if os.Getenv(fullSizeVariable) != "" {
		return 1
	}
	t.Logf("at a two-hundredth of the full size, as %s is not set", fullSizeVariable)
	return 200
}

// scaleTest is a library whose photos are generated, whose store keeps offsets, and whose catalog of archives is real.
type scaleTest struct {
	*harness
	photos *generatedLibrary
	store  *offsetStore
}

func newScaleTest(t *testing.T, library *generatedLibrary) *scaleTest {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "pam.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := &scaleTest{
		harness: &harness{t: t, clock: time.Now(), labeler: &scriptedLabeler{}, jobs: &heldJobs{}, mail: &sentNotices{}},
		photos:  library, store: newOffsetStore(library),
	}
	s.Library, err = photos.NewLibrary(photos.Config{
		Catalog: generatedCatalog{db.Catalog(), library}, Objects: s.store, Inspector: imaging.Inspector{}, Labeler: s.labeler,
		Queue: s.jobs, Notifier: s.mail, Directory: directory{}, Now: func() time.Time { return s.clock }, NewID: photos.ULIDs(),
		Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// build has an archive of all photos planned, built by several workers, and finished.
func (s *scaleTest) build() photos.Archive {
	s.t.Helper()
	const workers = 4
	a := s.request("dan", anyOf("Fox"))
	s.do(s.next(photos.JobPlan))
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for job, ok := s.jobs.take(); ok; job, ok = s.jobs.take() {
				if err := s.Handle(s.t.Context(), job); err != nil {
					s.t.Errorf("%s %d: %v", job.Kind, job.Part, err)
				}
			}
		})
	}
	wg.Wait()
	return s.finished(a)
}

// check reads the archive by its own words and compares it with the photos: names, sizes, CRC-32 and every byte.
func (s *scaleTest) check(a photos.Archive) *zippertest.Zip {
	s.t.Helper()
	zip, err := s.store.find(a.Object(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	z, err := zippertest.Read(zip, zip.size())
	if err != nil {
		s.t.Fatal(err)
	}
	numbers := map[string]int{}
	namer := zipper.NewNamer("labels.csv")
	missing := 0
	for i := range s.photos.sizes {
		numbers[namer.Name(s.photos.name(i))] = i
		if s.photos.gone(i) {
			missing++
		}
	}
	last := len(z.Files) - 1
	if zip.size() != a.Size || a.SkippedCount != missing || last != len(numbers)-missing || z.Files[last].Name != "labels.csv" {
		s.t.Fatalf("%d files in %d bytes, the last one %s; %d photos, of which %d are missing: %+v",
			last+1, zip.size(), z.Files[last].Name, len(numbers), missing, a)
	}
	for n, f := range z.Files[:last] {
		i, ok := numbers[f.Name]
		if !ok || s.photos.gone(i) || f.Size != s.photos.sizes[i] || f.CRC32 != s.photos.sums[i] || !zip.isExcerpt(f.Data, f.Size, s.photos.start(i)) {
			s.t.Fatalf("%+v is not photo %d, of %d bytes with CRC-32 %08x", f, i, s.photos.sizes[i], s.photos.sums[i])
		}
		if n%(last/10+1) == 0 { // a few by the bytes alone
			if sum := crc32.NewIEEE(); !copied(sum, zip, f) || sum.Sum32() != f.CRC32 {
				s.t.Errorf("%+v has the CRC-32 %08x", f, sum.Sum32())
			}
		}
	}
	s.checkLabels(zip, z.Files[last], numbers)
	if keys := s.workingKeys(); len(keys) != 1 || len(s.store.uploads) > 0 {
		s.t.Errorf("left behind: %d objects, %d uploads", len(keys), len(s.store.uploads))
	}
	return z
}

// copied writes the bytes of a file.
func copied(to io.Writer, zip io.ReaderAt, f zippertest.File) bool {
	n, err := io.Copy(to, io.NewSectionReader(zip, f.Data, f.Size))
	return err == nil && n == f.Size
}

// checkLabels checks that labels.csv has one row for each photo.
func (s *scaleTest) checkLabels(zip io.ReaderAt, f zippertest.File, numbers map[string]int) {
	s.t.Helper()
	var data bytes.Buffer
	if !copied(&data, zip, f) || crc32.ChecksumIEEE(data.Bytes()) != f.CRC32 {
		s.t.Fatal("labels.csv is damaged")
	}
	rows, err := csv.NewReader(&data).ReadAll()
	if err != nil || len(rows) != len(numbers)+1 {
		s.t.Fatalf("labels.csv has %d rows for %d photos: %v", len(rows)-1, len(numbers), err)
	}
	for _, row := range rows[1:] {
		i, ok := numbers[row[0]]
		want := []string{"Fox", "90", "", ""}
		if s.photos.gone(i) {
			want = []string{"", "", "", "The photo's file is gone from the store."}
		}
		if !ok || fmt.Sprint(row[1:]) != fmt.Sprint(want) {
			s.t.Fatalf("labels.csv says %q of photo %d, want %q", row, i, want)
		}
		delete(numbers, row[0])
	}
}

// scatter gives the nth of numbers that are spread evenly over 0 to limit-1 and repeat late.
func scatter(n int, limit int64) int64 { return int64(n) * 2_654_435_761 % 4_294_967_291 % limit }

// The largest archives that are promised, of every kind.
func TestArchivesAtTheLimits(t *testing.T) {
	scale := scale(t)
	for _, c := range []struct {
		name, reason string
		size         func(i int) int64
		gone         func(i int) bool
	}{
		{"tiny", "most of it is headers, labels and directory", func(int) int64 { return 2_000 }, nil},
		{"usual", "500,000 photos of 300 KB are both limits at once", func(i int) int64 { return 149_000 + scatter(i, 300_000) }, nil},
		{"large", "8 to 15 MB are mostly copied by the store, each with a part number of its own",
			func(i int) int64 { return 8_000_000 + scatter(i, 7_000_000) }, nil},
		{"mixture", "the sizes of a telephone, a camera and a scanner",
			func(i int) int64 {
				return []int64{100_000, 300_000, 700_000, 2_000_000, 4_900_000, 8_000_000}[scatter(i, 6)] + scatter(i, 6_700_000)
			}, nil},
		{"missing", "parts lose photos in the middle and copied ones at their ends; some of them get too small to be sent",
			func(i int) int64 { return 100_000 + scatter(i, 10)/9*9_000_000 },
			func(i int) bool { return i%50 == 7 || scatter(i, 10) == 9 && i%3 == 0 || i%3000 > 2900 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sizes []int64
			for total := int64(0); len(sizes) < photos.MaxArchivePhotos/scale; {
				size := c.size(len(sizes))
				if total += size; total > photos.MaxArchiveBytes/int64(scale) {
					break
				}
				sizes = append(sizes, size)
			}
			library := generate(newNoise(), sizes)
			if c.gone != nil {
				library.gone = c.gone
			}
			s := newScaleTest(t, library)
			began := time.Now()
			a := s.build()
			built := time.Since(began)
			z := s.check(a)
			t.Logf("%d photos of %.1f GB, %d parts: %.1f GB sent in parts of up to %.1f MiB, %.1f GB copied, directory of %.1f MB; %v, and %v to check",
				len(sizes), float64(library.bytes)/1e9, a.PartCount, float64(s.store.sent)/1e9, float64(s.store.largest)/mib,
				float64(s.store.copied)/1e9, float64(z.DirectorySize)/1e6, built.Round(time.Millisecond), time.Since(began).Round(time.Millisecond)-built)
		})
	}
}
