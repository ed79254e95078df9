package photos_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"pam/internal/imaging"
	"pam/internal/photos"
)

// What planning the largest archive may take.
const (
	planTime   = 2 * time.Second
	planMemory = 200 << 20
)

// planCatalog is a catalog that knows one archive and its plan, and looks at the memory whenever photos are read.
type planCatalog struct {
	generatedCatalog
	archive photos.Archive
	parts   []photos.ArchivePart
	peak    atomic.Uint64 // bytes of the heap, garbage included
}

func (c *planCatalog) Archive(context.Context, photos.Owner, string) (photos.Archive, error) {
	return c.archive, nil
}

func (c *planCatalog) PhotoFiles(ctx context.Context, owner photos.Owner, match photos.LabelMatch, after string, limit int) ([]photos.PhotoFile, error) {
	c.measure()
	return c.generatedCatalog.PhotoFiles(ctx, owner, match, after, limit)
}

func (c *planCatalog) StartBuilding(_ context.Context, a photos.Archive, parts []photos.ArchivePart) error {
	c.measure()
	c.archive, c.parts = a, parts
	c.archive.Status = photos.ArchiveBuilding
	return nil
}

func (c *planCatalog) measure() {
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	c.peak.Store(max(c.peak.Load(), now.HeapInuse))
}

// countedPuts is a store that counts what is put into it and keeps nothing.
type countedPuts struct {
	photos.Objects
	puts, bytes atomic.Int64
}

func (s *countedPuts) CreateUpload(context.Context, photos.Object, string) (string, error) {
	return "upload", nil
}

func (s *countedPuts) Put(_ context.Context, _ photos.Object, _ string, body []byte) error {
	s.puts.Add(1)
	s.bytes.Add(int64(len(body)))
	return nil
}

// planPhotos plans an archive of that many photos of 300 KB, which are 150 GB at the limit; every second name is taken
// already. It gives how long that took and how much memory at its peak.
func planPhotos(t testing.TB, count int) (took time.Duration, peak uint64) {
	t.Helper()
	library := &generatedLibrary{
		sizes: make([]int64, count), sums: make([]uint32, count), name: func(i int) string { return fmt.Sprintf("IMG_%06d.JPG", i/2) },
	}
	for i := range library.sizes {
		library.sizes[i] = photos.MaxArchiveBytes/photos.MaxArchivePhotos - 1000 + int64(i%2*2000)
		library.bytes += library.sizes[i]
	}
	catalog := &planCatalog{generatedCatalog: generatedCatalog{library: library}, archive: photos.Archive{
		Owner: "dan", ID: "01HZARCHIVE", Match: anyOf("Fox"), Status: photos.ArchiveQueued,
	}}
	store, jobs := &countedPuts{}, &heldJobs{}
	l, err := photos.NewLibrary(photos.Config{
		Catalog: catalog, Objects: store, Inspector: imaging.Inspector{}, Labeler: &scriptedLabeler{}, Queue: jobs, Notifier: &sentNotices{},
		Directory: directory{}, Now: time.Now, NewID: photos.ULIDs(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	if err := l.PlanArchive(t.Context(), "dan", catalog.archive.ID); err != nil {
		t.Fatal(err)
	}
	took = time.Since(began)
	a := catalog.archive
	planned := 0
	for _, part := range catalog.parts {
		planned += part.Photos
	}
	if a.PhotoCount != len(library.sizes) || a.TotalBytes != library.bytes || planned != a.PhotoCount || len(catalog.parts) != a.PartCount ||
		a.PartCount > photos.MaxParts || store.puts.Load() != int64(a.PartCount+7)/8 || len(jobs.all()) != a.PartCount {
		t.Errorf("%d photos of %d bytes in %d parts, whose plan are %d sheets", a.PhotoCount, a.TotalBytes, a.PartCount, store.puts.Load())
	}
	return took, catalog.peak.Load() - min(before.HeapInuse, catalog.peak.Load())
}

// aloneVariable says to the test's own process that it is that.
const aloneVariable = "PAM_TEST_ALONE"

// Memory grows with the photos, so that a tenth of them may take a tenth of it. It is measured in a process of its own: how
// much garbage is left lying depends on what the tests before have left alive.
func TestPlanMemory(t *testing.T) {
	if os.Getenv(aloneVariable) == "" {
		alone := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPlanMemory$", "-test.v")
		alone.Env = append(os.Environ(), aloneVariable+"=yes")
		output, err := alone.CombinedOutput()
		t.Logf("%s", output)
		if err != nil || !bytes.Contains(output, []byte("photos planned in")) {
			t.Errorf("in a process of its own: %v", err)
		}
		return
	}
	parts := 10
	if os.Getenv(fullSizeVariable) != "" {
		parts = 1
	}
	count := photos.MaxArchivePhotos / parts
	took, peak := planPhotos(t, count)
	t.Logf("%d photos planned in %v and %d MiB", count, took.Round(time.Millisecond), peak>>20)
	if limit := uint64(planMemory / parts); peak > limit {
		t.Errorf("planning %d photos takes %d MiB, want at most %d", count, peak>>20, limit>>20)
	}
}

// BenchmarkPlan500000Photos measures a plan job, all but what the catalog and the store take for themselves.
func BenchmarkPlan500000Photos(b *testing.B) {
	fastest, highest := time.Duration(1<<62), uint64(0)
	for b.Loop() {
		for range 5 { // what disturbs the machine disturbs not all of them
			took, peak := planPhotos(b, photos.MaxArchivePhotos)
			fastest, highest = min(fastest, took), max(highest, peak)
		}
	}
	b.ReportMetric(0, "ns/op") // of all five together: it says nothing
	b.ReportMetric(float64(fastest.Milliseconds()), "fastest-ms")
	b.ReportMetric(float64(highest>>20), "peak-MiB")
	if fastest > planTime || highest > planMemory {
		b.Errorf("planning takes %v and %d MiB, want at most %v and %d MiB", fastest, highest>>20, planTime, planMemory>>20)
	}
}
