package photostest

import (
	"testing"

	"pam/internal/photos"
)

func buildingCases() []catalogCase {
	return []catalogCase{
		{"Start", "a plan is recorded with its open parts", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 3)
			same(t, c, "Archive", c.archive(t, a.ID), a)
			same(t, c, "ArchiveParts", c.parts(t, a.ID), parts)
			_, err := c.ArchivePart(t.Context(), c.owner, a.ID, 4)
			c.fails(t, "ArchivePart", err, photos.NotFound)
		}},
		{"StartTwice", "of two planners the second changes nothing", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 2)
			other := a
			other.UploadID, other.PhotoCount, other.PartCount = "upload-x", 1, 1
			c.fails(t, "StartBuilding", c.StartBuilding(t.Context(), other, parts[:1]), photos.Conflict)
			same(t, c, "Archive", c.archive(t, a.ID), a)
			same(t, c, "ArchiveParts", c.parts(t, a.ID), parts)
		}},
		{"ManyParts", "a large archive has more parts than a page or a transaction of any store holds", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 1500)
			got, err := c.ArchiveParts(t.Context(), c.owner, a.ID)
			c.ok(t, "ArchiveParts", err)
			same(t, c, "ArchiveParts", got, parts)
		}},
		{"Complete", "a part's result and the archive's progress move together, in any order of parts", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 3)
			for step, n := range []int{2, 0, 1} {
				done := built(parts[n])
				a.PartsDone++
				a.PhotosDone += parts[n].Photos
				a.BytesDone += parts[n].Bytes
				a.UpdatedAt = at(200 + step)
				got, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, done, at(200+step))
				c.ok(t, "CompletePart", err)
				same(t, c, "CompletePart", got, a)
				parts[n] = done
				same(t, c, "Archive", c.archive(t, a.ID), a)
				same(t, c, "ArchiveParts", c.parts(t, a.ID), parts)
			}
			same(t, c, "PhotosDone of all", a.PhotosDone, a.PhotoCount)
		}},
		{"CompleteShort", "a short part has no ETag", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 1)
			short := built(parts[0])
			short.State, short.ETag = photos.PartShort, ""
			_, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, short, at(200))
			c.ok(t, "CompletePart", err)
			same(t, c, "ArchiveParts", c.parts(t, a.ID), []photos.ArchivePart{short})
		}},
		{"CompleteKeepsPlan", "progress goes by what was planned for the part, whatever the builder says", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 1)
			done := built(parts[0])
			done.Photos, done.Bytes = 1, 1
			got, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, done, at(200))
			c.ok(t, "CompletePart", err)
			same(t, c, "PhotosDone", got.PhotosDone, parts[0].Photos)
			same(t, c, "BytesDone", got.BytesDone, parts[0].Bytes)
			same(t, c, "ArchiveParts", c.parts(t, a.ID), []photos.ArchivePart{built(parts[0])})
		}},
		{"CompleteTwice", "of two builders of a part one is recorded and counted", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 2)
			first := built(parts[0])
			after, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, first, at(200))
			c.ok(t, "CompletePart", err)
			second := first
			second.ETag, second.Result = `"x"`, "result/x/"
			_, err = c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, second, at(201))
			c.fails(t, "CompletePart", err, photos.Conflict)
			same(t, c, "Archive", c.archive(t, a.ID), after)
			same(t, c, "ArchiveParts", c.parts(t, a.ID), []photos.ArchivePart{first, parts[1]})
		}},
		{"CompleteElsewhere", "a builder of another upload, of an unknown part, or of an archive that is over records nothing", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 1)
			_, err := c.CompletePart(t.Context(), c.owner, a.ID, "upload-x", built(parts[0]), at(200))
			c.fails(t, "CompletePart of another upload", err, photos.Conflict)
			_, err = c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, photos.ArchivePart{Number: 2, State: photos.PartUploaded}, at(200))
			c.fails(t, "CompletePart of an unknown part", err, photos.NotFound)
			same(t, c, "Archive", c.archive(t, a.ID), a)
			cancelled := a
			cancelled.Status = photos.ArchiveCancelled
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), cancelled, photos.ArchiveBuilding))
			_, err = c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, built(parts[0]), at(200))
			c.fails(t, "CompletePart of a cancelled archive", err, photos.Conflict)
			c.fails(t, "ReopenPart of a cancelled archive", c.ReopenPart(t.Context(), c.owner, a.ID, a.UploadID, 1, "", at(200)), photos.Conflict)
			same(t, c, "Archive", c.archive(t, a.ID), cancelled)
		}},
		{"Reopen", "a part whose bytes are lost is open again, as if it had never been built, and can be built again", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 2)
			for _, p := range parts {
				_, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, built(p), at(200))
				c.ok(t, "CompletePart", err)
			}
			c.fails(t, "ReopenPart of another result", c.ReopenPart(t.Context(), c.owner, a.ID, a.UploadID, 1, built(parts[1]).Result, at(201)), photos.Conflict)
			c.fails(t, "ReopenPart of another upload", c.ReopenPart(t.Context(), c.owner, a.ID, "upload-x", 1, built(parts[0]).Result, at(201)), photos.Conflict)
			c.ok(t, "ReopenPart", c.ReopenPart(t.Context(), c.owner, a.ID, a.UploadID, 1, built(parts[0]).Result, at(202)))
			c.fails(t, "ReopenPart again", c.ReopenPart(t.Context(), c.owner, a.ID, a.UploadID, 1, built(parts[0]).Result, at(203)), photos.Conflict)
			c.fails(t, "ReopenPart of an open part without result", c.ReopenPart(t.Context(), c.owner, a.ID, a.UploadID, 1, "", at(203)), photos.Conflict)
			a.PartsDone, a.PhotosDone, a.BytesDone, a.UpdatedAt = 1, parts[1].Photos, parts[1].Bytes, at(202)
			same(t, c, "Archive", c.archive(t, a.ID), a)
			same(t, c, "ArchiveParts", c.parts(t, a.ID), []photos.ArchivePart{parts[0], built(parts[1])})
			_, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, built(parts[0]), at(204))
			c.ok(t, "CompletePart", err)
			same(t, c, "PartsDone", c.archive(t, a.ID).PartsDone, 2)
		}},
	}
}

// whole gives an archive as a move to READY leaves it: all that was planned is done.
func whole(a photos.Archive) photos.Archive {
	a.PartsDone, a.PhotosDone, a.BytesDone = a.PartCount, a.PhotoCount, a.TotalBytes
	return a
}

func movingCases() []catalogCase {
	return []catalogCase{
		{"Ready", "a finished archive keeps its plan, has done all of it, and takes what the finisher says", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 1)
			_, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, built(parts[0]), at(200))
			c.ok(t, "CompletePart", err)
			moved := a // as it was read before the part was done: progress must not come from here
			moved.Status, moved.Size, moved.UpdatedAt, moved.ReadyAt, moved.ExpiresAt = photos.ArchiveReady, 150_000_000_123, at(300), at(300), at(300).Add(photos.ArchiveLife)
			moved.SkippedCount, moved.Skipped = 700, []photos.SkippedPhoto{{PhotoID: id(7), FileName: "a \"b\".jpg", Reason: "It was deleted."}}
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), moved, photos.ArchiveBuilding))
			same(t, c, "Archive", c.archive(t, a.ID), whole(moved))
		}},
		{"PartsEnd", "parts end with their archive, and whoever comes late is told so instead of finding an empty plan", func(t *testing.T, c catalogTest) {
			for n, status := range []photos.ArchiveStatus{photos.ArchiveReady, photos.ArchiveFailed, photos.ArchiveCancelled, photos.ArchiveExpired} {
				a, parts := c.building(t, n, 3)
				done := built(parts[0])
				_, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, done, at(200))
				c.ok(t, "CompletePart", err)
				other, otherParts := c.building(t, 100+n, 3)
				a.Status = status
				c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
				_, err = c.ArchiveParts(t.Context(), c.owner, a.ID)
				c.fails(t, "ArchiveParts of a "+string(status)+" archive", err, photos.Conflict)
				_, err = c.ArchivePart(t.Context(), c.owner, a.ID, 1)
				c.fails(t, "ArchivePart", err, photos.NotFound)
				_, err = c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, built(parts[1]), at(201))
				c.fails(t, "CompletePart", err, photos.Conflict)
				c.fails(t, "ReopenPart", c.ReopenPart(t.Context(), c.owner, a.ID, a.UploadID, 1, done.Result, at(201)), photos.Conflict)
				same(t, c, "ArchiveParts of another archive", c.parts(t, other.ID), otherParts)
			}
		}},
		{"ReadyWithReopenedPart", "a finisher that reopened a part in vain does not hold back the progress of a READY archive", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 3)
			_, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, built(parts[1]), at(200))
			c.ok(t, "CompletePart", err)
			a.Status = photos.ArchiveReady
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
			same(t, c, "Archive", c.archive(t, a.ID), whole(a))
		}},
		{"ProgressOfOthers", "an archive that ends otherwise keeps the progress that it had", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 3)
			now, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, built(parts[1]), at(200))
			c.ok(t, "CompletePart", err)
			a.Status, a.UpdatedAt, a.UploadID = photos.ArchiveCancelled, at(300), ""
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
			a.PartsDone, a.PhotosDone, a.BytesDone = now.PartsDone, now.PhotosDone, now.BytesDone
			same(t, c, "Archive", c.archive(t, a.ID), a)
		}},
		{"MostSkipped", "the record names as many skipped photos as it may", func(t *testing.T, c catalogTest) {
			a, _ := c.building(t, 1, 1)
			a.Status, a.SkippedCount = photos.ArchiveReady, photos.MaxSkippedListed
			for n := range photos.MaxSkippedListed {
				a.Skipped = append(a.Skipped, photos.SkippedPhoto{PhotoID: id(n), FileName: c.newPhoto(n).FileName, Reason: "The photo was deleted before the archive was built."})
			}
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
			same(t, c, "Archive", c.archive(t, a.ID), whole(a))
		}},
		{"Failed", "a failure is recorded with its reason, from any state that is not final", func(t *testing.T, c catalogTest) {
			a := c.queued(t, 1)
			a.Status, a.UpdatedAt, a.Failure = photos.ArchiveFailed, at(300), &photos.ArchiveFailure{Code: "NOT_FOUND", Message: "All photos are gone."}
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveQueued, photos.ArchiveBuilding))
			same(t, c, "Archive", c.archive(t, a.ID), a)
		}},
		{"MovedOn", "an archive that is not where the caller believes it to be stays where it is", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 1)
			ready := a
			ready.Status = photos.ArchiveReady
			c.fails(t, "MoveArchive from QUEUED", c.MoveArchive(t.Context(), ready, photos.ArchiveQueued), photos.Conflict)
			c.fails(t, "MoveArchive from nowhere", c.MoveArchive(t.Context(), ready), photos.Conflict)
			same(t, c, "Archive", c.archive(t, a.ID), a)
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), ready, photos.ArchiveBuilding))
			c.fails(t, "MoveArchive again", c.MoveArchive(t.Context(), ready, photos.ArchiveBuilding), photos.Conflict)
			c.fails(t, "StartBuilding of a READY archive", c.StartBuilding(t.Context(), a, parts), photos.Conflict)
			same(t, c, "Archive", c.archive(t, a.ID), whole(ready))
		}},
		{"OtherUpload", "who holds an upload that is no longer the archive's cannot move it; who names none can", func(t *testing.T, c catalogTest) {
			a, _ := c.building(t, 1, 1)
			stale := a
			stale.Status, stale.UploadID = photos.ArchiveReady, "upload-x"
			c.fails(t, "MoveArchive", c.MoveArchive(t.Context(), stale, photos.ArchiveBuilding), photos.Conflict)
			same(t, c, "Archive", c.archive(t, a.ID), a)
			a.Status, a.UploadID = photos.ArchiveCancelled, ""
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveQueued, photos.ArchiveBuilding))
			same(t, c, "Archive", c.archive(t, a.ID), a)
		}},
		{"PlanAgain", "an archive whose upload is lost begins anew: nothing is left of the plan but how often it was planned", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 3)
			_, err := c.CompletePart(t.Context(), c.owner, a.ID, a.UploadID, built(parts[0]), at(200))
			c.ok(t, "CompletePart", err)
			a.Status, a.UpdatedAt = photos.ArchiveQueued, at(300)
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
			want := c.newArchive(1)
			want.Plans, want.UpdatedAt = 1, at(300)
			same(t, c, "Archive", c.archive(t, a.ID), want)
			same(t, c, "ArchiveParts", c.parts(t, a.ID), nil)

			again := want
			again.UploadID, again.Plans, again.PartCount, again.PhotoCount, again.TotalBytes, again.UpdatedAt = "upload-2", 2, 1, 4, 40, at(400)
			plan := []photos.ArchivePart{{Number: 1, State: photos.PartOpen, Photos: 4, Bytes: 40}}
			c.ok(t, "StartBuilding", c.StartBuilding(t.Context(), again, plan))
			again.Status = photos.ArchiveBuilding
			same(t, c, "Archive planned again", c.archive(t, a.ID), again)
			same(t, c, "ArchiveParts planned again", c.parts(t, a.ID), plan)
			_, err = c.CompletePart(t.Context(), c.owner, a.ID, "upload-1", built(plan[0]), at(401))
			c.fails(t, "CompletePart of the lost upload", err, photos.Conflict)
		}},
		{"Expired", "a READY archive ends EXPIRED and keeps its times", func(t *testing.T, c catalogTest) {
			a, _ := c.building(t, 1, 1)
			a.Status, a.ReadyAt, a.ExpiresAt = photos.ArchiveReady, at(300), at(400)
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
			a.Status, a.UpdatedAt = photos.ArchiveExpired, at(500)
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveReady))
			same(t, c, "Archive", c.archive(t, a.ID), whole(a))
		}},
	}
}
