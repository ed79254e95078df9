package photos_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pam/internal/photos"
)

// generatedLibrary is the photos of an owner called dan, any number of any size: all of them follow from their numbers,
// and all are labelled "Fox".
type generatedLibrary struct {
	noise *noise
	sizes []int64
	name  func(i int) string
	gone  func(i int) bool // whose objects the store has lost

	sums  []uint32
	bytes int64
}

// generate makes a library of photos called "IMG_000000.JPG" and so on.
func generate(n *noise, sizes []int64) *generatedLibrary {
	l := &generatedLibrary{
		noise: n, sizes: sizes, sums: make([]uint32, len(sizes)),
		name: func(i int) string { return fmt.Sprintf("IMG_%06d.JPG", i) },
		gone: func(int) bool { return false },
	}
	for i, size := range sizes {
		l.sums[i] = n.sum(l.start(i), size)
		l.bytes += size
	}
	return l
}

// start is where the photo begins in the noise: never at the same place as the next ones.
func (l *generatedLibrary) start(i int) int64 { return int64(i) * 7919 * 37 % noiseStarts }

const generatedIDPrefix = "01HZ"

func generatedID(i int) string { return fmt.Sprintf(generatedIDPrefix+"%022d", i) }

// index is the number of the photo with that id.
func (l *generatedLibrary) index(id string) (int, bool) {
	digits, ok := strings.CutPrefix(id, generatedIDPrefix)
	i, err := strconv.Atoi(digits)
	return i, ok && err == nil && i < len(l.sizes)
}

func (l *generatedLibrary) photo(i int) photos.Photo {
	return photos.Photo{
		Owner: "dan", ID: generatedID(i), FileName: l.name(i), ContentType: "image/jpeg", Size: l.sizes[i], CRC32: l.sums[i],
		Status: photos.Labelled, UploadedAt: time.UnixMilli(1_750_000_000_000 + int64(i)).UTC(),
		Inspection: &photos.Inspection{ETag: l.etag(i), Labels: []photos.PhotoLabel{{Name: "Fox", Confidence: 90}}},
	}
}

func (l *generatedLibrary) etag(i int) string { return fmt.Sprintf(`"%d"`, i) }

// object is what the store has under a key of the storage bucket.
func (l *generatedLibrary) object(key string) (storedContent, bool) {
	i, ok := l.index(strings.TrimPrefix(key, photos.PhotoPrefix+"dan/"))
	if !ok || l.gone(i) {
		return storedContent{}, false
	}
	return storedContent{l.noise.content([]run{{from: l.start(i), size: l.sizes[i]}}), l.etag(i)}, true
}

// generatedCatalog has the photos of a generated library, and beside them a real catalog for archives.
type generatedCatalog struct {
	photos.Catalog
	library *generatedLibrary
}

func (c generatedCatalog) totals() photos.PhotoTotals {
	return photos.PhotoTotals{Count: len(c.library.sizes), Bytes: c.library.bytes}
}

func (c generatedCatalog) CountPhotos(context.Context, photos.Owner, photos.PhotoFilter) (photos.PhotoTotals, error) {
	return c.totals(), nil
}

func (c generatedCatalog) PhotoSet(context.Context, photos.Owner, photos.LabelMatch) (photos.PhotoSet, error) {
	return photos.PhotoSet{PhotoTotals: c.totals(), Digest: "all", Version: 1}, nil
}

func (c generatedCatalog) PhotoFiles(_ context.Context, _ photos.Owner, _ photos.LabelMatch, after string, limit int) ([]photos.PhotoFile, error) {
	first := 0
	if i, ok := c.library.index(after); ok {
		first = i + 1
	}
	list := make([]photos.PhotoFile, 0, limit)
	for i := first; i < min(first+limit, len(c.library.sizes)); i++ {
		list = append(list, c.library.photo(i).File())
	}
	return list, nil
}

func (c generatedCatalog) PhotoLabels(_ context.Context, _ photos.Owner, ids []string) (map[string][]photos.PhotoLabel, error) {
	found := make(map[string][]photos.PhotoLabel, len(ids))
	for _, id := range ids {
		if i, ok := c.library.index(id); ok {
			found[id] = c.library.photo(i).Inspection.Labels
		}
	}
	return found, nil
}
