package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"pam/internal/photos"
)

// memoryCatalog is the part of a catalog that the measured operations ask for, in memory: the cheapest there can be, so
// that what is measured is the API. It keeps the contract of photos.Catalog for one owner, with two exceptions that keep
// its memory bounded: of the LABELLED photos of the start it holds the newest alone, and of PENDING ones those added last.
// What is not asked for is not there.
type memoryCatalog struct {
	photos.Catalog

	mu      sync.RWMutex
	counts  []photos.LabelCount // never changed, only replaced: readers keep it
	places  map[string]int      // of labels in counts
	stats   photos.OwnerStats
	listed  []photos.Photo // LABELLED, by id
	pending map[string]photos.Photo
	added   []string // ids in pending, a ring
	next    int      // place in the ring
}

// What the catalog holds.
const (
	listedPhotos  = 200 // a page and more
	pendingPhotos = 1_000
)

func newMemoryCatalog(c collection, counts []photos.LabelCount) *memoryCatalog {
	m := &memoryCatalog{
		counts: counts, places: make(map[string]int, len(counts)), pending: make(map[string]photos.Photo), added: make([]string, pendingPhotos),
		stats: photos.OwnerStats{Labelled: c.photos, Version: int64(c.photos)},
	}
	for i, count := range counts {
		m.places[count.Name] = i
	}
	for n := c.photos - listedPhotos; n < c.photos; n++ {
		m.listed = append(m.listed, c.photo(n))
	}
	return m
}

// LabelCounts implements photos.LabelCatalog.
func (m *memoryCatalog) LabelCounts(context.Context, photos.Owner) ([]photos.LabelCount, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.counts, nil
}

// Stats implements photos.PhotoCatalog.
func (m *memoryCatalog) Stats(context.Context, photos.Owner) (photos.OwnerStats, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.stats, nil
}

// ListPhotos implements photos.PhotoCatalog for the newest photos of any status but PENDING.
func (m *memoryCatalog) ListPhotos(_ context.Context, _ photos.Owner, f photos.PhotoFilter, order photos.PhotoOrder, after string, limit int) ([]photos.Photo, error) {
	if f.Match != nil || order != photos.UploadedDesc {
		return nil, photos.Errorf(photos.Internal, "the catalog in memory lists the newest photos alone")
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	page := make([]photos.Photo, 0, limit)
	for _, p := range slices.Backward(m.listed) {
		if len(page) < limit && (after == "" || p.ID < after) {
			page = append(page, p)
		}
	}
	return page, nil
}

// AddPhotos implements photos.PhotoCatalog.
func (m *memoryCatalog) AddPhotos(_ context.Context, list []photos.Photo) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range list {
		delete(m.pending, m.added[m.next])
		m.added[m.next] = p.ID
		m.pending[p.ID] = p
		m.next = (m.next + 1) % len(m.added)
		m.stats.Pending++
	}
	return nil
}

// SaveInspection implements photos.PhotoCatalog.
func (m *memoryCatalog) SaveInspection(_ context.Context, _ photos.Owner, id string, in photos.Inspection) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.pending[id]
	if !ok {
		return photos.Errorf(photos.NotFound, "there is no such photo")
	}
	p.Inspection = &in
	m.pending[id] = p
	return nil
}

// CommitLabelled implements photos.PhotoCatalog.
func (m *memoryCatalog) CommitLabelled(_ context.Context, _ photos.Owner, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.pending[id]
	if !ok || p.Inspection == nil {
		return photos.Errorf(photos.Conflict, "the photo cannot be labelled")
	}
	delete(m.pending, id)
	p.Status, p.ExpiresAt = photos.Labelled, time.Time{}
	m.listed = append(m.listed, p)
	m.counts = slices.Clone(m.counts)
	for _, label := range p.Inspection.Labels {
		place, ok := m.places[label.Name]
		if !ok {
			place = len(m.counts)
			m.places[label.Name] = place
			m.counts = append(m.counts, photos.LabelCount{Name: label.Name})
		}
		count := &m.counts[place]
		count.Parents, count.Categories = label.Parents, label.Categories
		count.Buckets[photos.BucketOf(label.Confidence)]++
	}
	m.stats.Labelled, m.stats.Pending, m.stats.StoredBytes = m.stats.Labelled+1, m.stats.Pending-1, m.stats.StoredBytes+p.Size
	m.stats.Version++
	return nil
}
