package photostest

import (
	"maps"
	"slices"

	"pam/internal/photos"
)

// model is what a catalog should hold of one owner, kept in the simplest way: the photos themselves. Everything else is
// computed from them when it is asked for.
type model struct {
	photos     map[string]photos.Photo
	tombstones map[string]bool
	latest     map[string]photos.PhotoLabel // by name: as the photo that was committed last carries it
}

func newModel() *model {
	return &model{photos: make(map[string]photos.Photo), tombstones: make(map[string]bool), latest: make(map[string]photos.PhotoLabel)}
}

// add gives the code that AddPhotos should fail with, "" for none.
func (m *model) add(p photos.Photo) photos.Code {
	if _, ok := m.photos[p.ID]; ok {
		return photos.Conflict
	}
	m.photos[p.ID] = p
	return ""
}

// move changes a PENDING photo by f, which says whether it can.
func (m *model) move(id string, f func(p *photos.Photo) bool) photos.Code {
	p, ok := m.photos[id]
	switch {
	case !ok:
		return photos.NotFound
	case p.Status != photos.Pending || !f(&p):
		return photos.Conflict
	}
	m.photos[id] = p
	return ""
}

func (m *model) inspect(id string, in photos.Inspection) photos.Code {
	return m.move(id, func(p *photos.Photo) bool {
		p.Inspection = &in
		return true
	})
}

func (m *model) label(id string) photos.Code {
	return m.move(id, func(p *photos.Photo) bool {
		if p.Inspection == nil {
			return false
		}
		p.Status, p.ExpiresAt = photos.Labelled, photos.Photo{}.ExpiresAt
		for _, l := range p.Inspection.Labels {
			m.latest[l.Name] = l
		}
		return true
	})
}

func (m *model) reject(id string, r photos.Rejection) photos.Code {
	return m.move(id, func(p *photos.Photo) bool {
		p.Status, p.ExpiresAt, p.Rejection = photos.Rejected, photos.Photo{}.ExpiresAt, &r
		return true
	})
}

// delete gives the ids that it deleted, sorted.
func (m *model) delete(ids []string) []string {
	var gone []string
	for _, id := range ids {
		if _, ok := m.photos[id]; ok {
			delete(m.photos, id)
			m.tombstones[id] = true
			gone = append(gone, id)
		}
	}
	slices.Sort(gone)
	return gone
}

// sorted gives the photos in the order of their ids.
func (m *model) sorted(keep func(photos.Photo) bool) []photos.Photo {
	var list []photos.Photo
	for _, id := range slices.Sorted(maps.Keys(m.photos)) {
		if p := m.photos[id]; keep(p) {
			list = append(list, p)
		}
	}
	return list
}

// counts gives the labels of the LABELLED photos, sorted by name.
func (m *model) counts() []photos.LabelCount {
	byName := make(map[string]photos.LabelCount)
	for _, p := range m.photos {
		if p.Status != photos.Labelled {
			continue
		}
		for _, l := range p.Inspection.Labels {
			c := byName[l.Name]
			c.Name, c.Parents, c.Categories = l.Name, m.latest[l.Name].Parents, m.latest[l.Name].Categories
			c.Buckets[photos.BucketOf(l.Confidence)]++
			byName[l.Name] = c
		}
	}
	var list []photos.LabelCount
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, byName[name])
	}
	return list
}

func (m *model) stats() photos.OwnerStats {
	var s photos.OwnerStats
	for _, p := range m.photos {
		switch p.Status {
		case photos.Pending:
			s.Pending++
		case photos.Rejected:
			s.Rejected++
		case photos.Labelled:
			s.Labelled++
			s.StoredBytes += p.Size
		}
	}
	return s
}

// selects says whether a filter selects a photo, straight from the words of the contract.
func selects(f photos.PhotoFilter, p photos.Photo) bool {
	if f.Status != "" && p.Status != f.Status {
		return false
	}
	if f.Match == nil {
		return true
	}
	if p.Status != photos.Labelled {
		return false
	}
	carries := func(name string) bool {
		return slices.ContainsFunc(p.Inspection.Labels, func(l photos.PhotoLabel) bool {
			return l.Name == name && l.Confidence >= float64(f.Match.MinConfidence)
		})
	}
	lacks := func(name string) bool { return !carries(name) }
	return (len(f.Match.Any) == 0 || slices.ContainsFunc(f.Match.Any, carries)) &&
		!slices.ContainsFunc(f.Match.All, lacks) && !slices.ContainsFunc(f.Match.None, carries)
}
