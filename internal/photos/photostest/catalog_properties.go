package photostest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pam/internal/photos"
)

func propertyCases() []catalogCase {
	return []catalogCase{
		{"PhotosAsInTheModel", "whatever comes in whatever order, the catalog holds what a plain list of photos would say", testPhotoProperties},
		{"ArchivesAsInTheModel", "whatever builders do in whatever order, progress is the sum of the parts that are done", testArchiveProperties},
		{"SelectionsAsInTheModel", "whatever comes between request, plan and request, an archive is handed on exactly when its plan took the photos of now", testSelectionProperties},
	}
}

// drawLabels draws from few names and confidences, so that sequences collide often. The confidences lie around
// thresholds.
func drawLabels(t *rapid.T) []photos.PhotoLabel {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Animal", "Cat", "Dog", "dog", "Grass"}), 0, 4, rapid.ID).Draw(t, "labels")
	labels := make([]photos.PhotoLabel, len(names))
	for i, name := range names {
		labels[i] = photos.PhotoLabel{
			Name:       name,
			Confidence: rapid.SampledFrom([]float64{50, math.Nextafter(55, 0), 55, 72.5, math.Nextafter(95, 0), 95, 100}).Draw(t, "confidence"),
			Parents:    rapid.SampledFrom([][]string{nil, {"Animal"}, {"Animal", "Pet"}}).Draw(t, "parents"),
			Categories: rapid.SampledFrom([][]string{nil, {"Animals and Pets"}}).Draw(t, "categories"),
		}
	}
	return labels
}

func drawFilter(t *rapid.T) photos.PhotoFilter {
	names := rapid.SampledFrom([]string{"Animal", "Cat", "Dog", "dog", "Grass", "Okapi"})
	switch rapid.IntRange(0, 4).Draw(t, "kind of filter") {
	case 0:
		return photos.PhotoFilter{Status: rapid.SampledFrom([]photos.PhotoStatus{"", photos.Pending, photos.Labelled, photos.Rejected}).Draw(t, "status")}
	default:
		m := photos.LabelMatch{
			Any:           rapid.SliceOfN(names, 0, 3).Draw(t, "any"),
			All:           rapid.SliceOfN(names, 0, 3).Draw(t, "all"),
			None:          rapid.SliceOfN(names, 0, 2).Draw(t, "none"),
			MinConfidence: rapid.SampledFrom([]int{50, 55, 60, 75, 95}).Draw(t, "threshold"),
		}
		if len(m.Any)+len(m.All) == 0 {
			m.Any = []string{"Dog"}
		}
		return photos.PhotoFilter{Match: &m}
	}
}

func testPhotoProperties(t *testing.T, c catalogTest) {
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		// Each sequence has owners of its own, so that all can share one catalog.
		run++
		owners := []photos.Owner{photos.Owner(fmt.Sprintf("run-%d-a", run)), photos.Owner(fmt.Sprintf("run-%d-b", run))}
		models := map[photos.Owner]*model{owners[0]: newModel(), owners[1]: newModel()}
		versions := make(map[photos.Owner]int64)
		var owner photos.Owner // of the last step
		draw := func(t *rapid.T) (catalogTest, *model, string) {
			owner = rapid.SampledFrom(owners).Draw(t, "owner")
			return c.as(owner), models[owner], id(rapid.IntRange(1, 5).Draw(t, "photo"))
		}
		ctx := t.Context()
		code := func(t *rapid.T, c catalogTest, call string, err error, want photos.Code) {
			t.Helper()
			if got := photos.CodeOf(err); got != want {
				t.Fatalf("%s: %s: want code %q, got %q (%v)", c.reason, call, want, got, err)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"AddPhotos": func(t *rapid.T) {
				c, m, id := draw(t)
				if m.tombstones[id] {
					return // ids are not used again
				}
				n := rapid.IntRange(0, 9).Draw(t, "n")
				p := c.newPhoto(n)
				p.ID = id
				code(t, c, "AddPhotos", c.AddPhotos(ctx, []photos.Photo{p}), m.add(p))
			},
			"SaveInspection": func(t *rapid.T) {
				c, m, id := draw(t)
				in := inspection(1, drawLabels(t)...)
				code(t, c, "SaveInspection", c.SaveInspection(ctx, c.owner, id, in), m.inspect(id, in))
			},
			"CommitLabelled": func(t *rapid.T) {
				c, m, id := draw(t)
				code(t, c, "CommitLabelled", c.CommitLabelled(ctx, c.owner, id), m.label(id))
			},
			"AddInspectCommit": func(t *rapid.T) { // the usual way, so that many photos are LABELLED
				c, m, id := draw(t)
				if m.tombstones[id] {
					return
				}
				p := c.newPhoto(3)
				p.ID = id
				code(t, c, "AddPhotos", c.AddPhotos(ctx, []photos.Photo{p}), m.add(p))
				in := inspection(3, drawLabels(t)...)
				code(t, c, "SaveInspection", c.SaveInspection(ctx, c.owner, id, in), m.inspect(id, in))
				code(t, c, "CommitLabelled", c.CommitLabelled(ctx, c.owner, id), m.label(id))
			},
			"CommitRejected": func(t *rapid.T) {
				c, m, id := draw(t)
				r := photos.Rejection{Code: photos.TooSmall, Message: "It is too small."}
				code(t, c, "CommitRejected", c.CommitRejected(ctx, c.owner, id, r), m.reject(id, r))
			},
			"DeletePhotos": func(t *rapid.T) {
				c, m, _ := draw(t)
				var batch []string
				for _, n := range rapid.SliceOfN(rapid.IntRange(1, 5), 1, 3).Draw(t, "photos") {
					batch = append(batch, id(n))
				}
				gone, err := c.DeletePhotos(ctx, c.owner, batch, at(1))
				c.ok(t, "DeletePhotos", err)
				same(t, c, "deleted", sorted(gone), m.delete(batch))
			},
			"ForgetPhoto": func(t *rapid.T) {
				c, _, id := draw(t)
				c.ok(t, "ForgetPhoto", c.ForgetPhoto(ctx, c.owner, id))
			},
			"ListPhotos": func(t *rapid.T) {
				c, m, _ := draw(t)
				filter := drawFilter(t)
				c.lists(t, filter, photoIDs(m.sorted(func(p photos.Photo) bool { return selects(filter, p) })))
			},
			"": func(t *rapid.T) {
				if owner != "" {
					c.as(owner).agrees(t, models[owner], versions)
				}
			},
		})
		for _, owner := range owners { // no step of one owner has touched the other
			c.as(owner).agrees(t, models[owner], versions)
		}
	})
}

// agrees checks that the catalog holds of its owner what the model says, and that its own recount agrees.
func (c catalogTest) agrees(t failer, m *model, versions map[photos.Owner]int64) {
	t.Helper()
	ctx := t.Context()
	byName := func(a, b photos.LabelCount) int { return cmp.Compare(a.Name, b.Name) }
	kept, err := c.LabelCounts(ctx, c.owner)
	c.ok(t, "LabelCounts", err)
	slices.SortFunc(kept, byName)
	same(t, c, "LabelCounts", kept, m.counts())
	counted, recount, err := c.RecountLabels(ctx, c.owner)
	c.ok(t, "RecountLabels", err)
	same(t, c, "RecountLabels against LabelCounts", buckets(counted), buckets(kept))
	stats, err := c.Stats(ctx, c.owner)
	c.ok(t, "Stats", err)
	if stats.Version < versions[c.owner] {
		t.Fatalf("%s: the version fell from %d to %d", c.reason, versions[c.owner], stats.Version)
	}
	versions[c.owner] = stats.Version
	stats.Version = 0
	same(t, c, "Stats", stats, m.stats())
	same(t, c, "Stats of RecountLabels", recount, m.stats())
	list, err := c.ListPhotos(ctx, c.owner, photos.PhotoFilter{}, photos.UploadedAsc, "", 1000)
	c.ok(t, "ListPhotos", err)
	same(t, c, "ListPhotos", list, m.sorted(func(photos.Photo) bool { return true }))
}

func testArchiveProperties(t *testing.T, c catalogTest) {
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		c := c.as(photos.Owner(fmt.Sprintf("run-%d", run)))
		ctx := t.Context()
		want, _, err := c.CreateArchive(ctx, c.newArchive(1), nil, nil)
		c.ok(t, "CreateArchive", err)
		var parts []photos.ArchivePart
		done := false // it was READY, so its progress is its plan
		step := 0
		expect := func(t *rapid.T, call string, err error, allowed bool) bool {
			t.Helper()
			if allowed {
				c.ok(t, call, err)
			} else {
				c.fails(t, call, err, photos.Conflict)
			}
			return allowed
		}
		upload := func(t *rapid.T) string {
			return rapid.SampledFrom([]string{want.UploadID, want.UploadID, want.UploadID, "upload-x"}).Draw(t, "upload")
		}
		pick := func(t *rapid.T) *photos.ArchivePart {
			if len(parts) == 0 {
				t.Skip("there are no parts yet")
			}
			return &parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")]
		}
		t.Repeat(map[string]func(*rapid.T){
			"StartBuilding": func(t *rapid.T) {
				step++
				a := want
				a.UploadID, a.Plans, a.UpdatedAt = fmt.Sprint("upload-", step), want.Plans+1, at(step)
				a.PartCount, a.PhotoCount, a.TotalBytes = rapid.IntRange(1, 4).Draw(t, "parts"), 0, 0
				var plan []photos.ArchivePart
				for n := 1; n <= a.PartCount; n++ {
					p := photos.ArchivePart{Number: n, State: photos.PartOpen, Photos: n, Bytes: int64(100 * n)}
					plan = append(plan, p)
					a.PhotoCount += p.Photos
					a.TotalBytes += p.Bytes
				}
				if expect(t, "StartBuilding", c.StartBuilding(ctx, a, plan), want.Status == photos.ArchiveQueued) {
					want, parts = a, plan
					want.Status, want.SkippedCount, want.Skipped = photos.ArchiveBuilding, 0, nil
				}
			},
			"CompletePart": func(t *rapid.T) {
				step++
				p, uploadID := pick(t), upload(t)
				result := built(*p)
				result.Result = fmt.Sprint("result/", step)
				_, err := c.CompletePart(ctx, c.owner, want.ID, uploadID, result, at(step))
				if expect(t, "CompletePart", err, want.Status == photos.ArchiveBuilding && uploadID == want.UploadID && p.State == photos.PartOpen) {
					*p = result
					want.UpdatedAt = at(step)
				}
			},
			"ReopenPart": func(t *rapid.T) {
				step++
				p, uploadID := pick(t), upload(t)
				result := rapid.SampledFrom([]string{p.Result, "result/x"}).Draw(t, "result")
				err := c.ReopenPart(ctx, c.owner, want.ID, uploadID, p.Number, result, at(step))
				if expect(t, "ReopenPart", err, want.Status == photos.ArchiveBuilding && uploadID == want.UploadID && p.State != photos.PartOpen && result == p.Result) {
					*p = photos.ArchivePart{Number: p.Number, State: photos.PartOpen, Photos: p.Photos, Bytes: p.Bytes}
					want.UpdatedAt = at(step)
				}
			},
			"MoveArchive": func(t *rapid.T) {
				step++
				a := want
				from := rapid.SliceOfN(rapid.SampledFrom([]photos.ArchiveStatus{photos.ArchiveQueued, photos.ArchiveBuilding, photos.ArchiveReady}), 1, 2).Draw(t, "from")
				a.Status = rapid.SampledFrom([]photos.ArchiveStatus{photos.ArchiveQueued, photos.ArchiveQueued, photos.ArchiveReady, photos.ArchiveExpired}).Draw(t, "to")
				a.UploadID = rapid.SampledFrom([]string{a.UploadID, a.UploadID, "", "upload-x"}).Draw(t, "upload")
				a.SkippedCount, a.Skipped = 1, []photos.SkippedPhoto{{PhotoID: id(step), FileName: "a.jpg", Reason: "It is gone."}}
				a.Size, a.UpdatedAt, a.ReadyAt, a.ExpiresAt = int64(step), at(step), at(step+1), at(step+2)
				allowed := slices.Contains(from, want.Status) && (want.Status != photos.ArchiveBuilding || a.UploadID == "" || a.UploadID == want.UploadID)
				if !expect(t, "MoveArchive", c.MoveArchive(ctx, a, from...), allowed) {
					return
				}
				want = a
				done = done || a.Status == photos.ArchiveReady
				if a.Status == photos.ArchiveQueued {
					parts, done = nil, false
					want.UploadID, want.PartCount, want.PhotoCount, want.TotalBytes = "", 0, 0, 0
				}
			},
			"": func(t *rapid.T) {
				want.PartsDone, want.PhotosDone, want.BytesDone = 0, 0, 0
				if done {
					want = whole(want)
				}
				for _, p := range parts {
					if p.State != photos.PartOpen && !done {
						want.PartsDone++
						want.PhotosDone += p.Photos
						want.BytesDone += p.Bytes
					}
				}
				got, err := c.Archive(ctx, c.owner, want.ID)
				c.ok(t, "Archive", err)
				same(t, c, "Archive", got, want)
				recorded, err := c.ArchiveParts(ctx, c.owner, want.ID)
				if want.Status.Final() {
					c.fails(t, "ArchiveParts", err, photos.Conflict)
					return
				}
				c.ok(t, "ArchiveParts", err)
				same(t, c, "ArchiveParts", recorded, parts)
			},
		})
	})
}
