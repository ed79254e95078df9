package photos

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// Selection is what an archive is requested for. Who asks for an equal one again, while its photos are the same, is
// given the archive that is there already.
type Selection struct {
	Hash   string // of what was asked for; equal for equal requests
	Photos PhotoSet
}

// PhotoSet is the set of photos that a match selects at one moment. A LABELLED photo never changes, so two sets of one
// owner are equal exactly when their ids are, and then so are the files and the labels in them.
type PhotoSet struct {
	PhotoTotals
	Digest  string // lower-case hex of the SHA-256 of the ids in ascending order, each followed by a line feed
	Version int64  // the owner's OwnerStats.Version at that moment: while it stays, so does every set of the owner
}

// selection stands for what decides the content and the name of the zip: the labels as sets, the threshold, and the name
// where one is asked for. Without one the labels are the name, in whichever order.
func (r ArchiveRequest) selection() string {
	set := func(names []string) []string {
		sorted := slices.Clone(names)
		slices.Sort(sorted)
		return slices.Compact(sorted)
	}
	match := LabelMatch{set(r.Match.Any), set(r.Match.All), set(r.Match.None), r.Match.MinConfidence}
	name := ""
	if r.Name != nil {
		name = *r.Name // never empty
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q", match.text(), name))
	return hex.EncodeToString(sum[:])
}

// Serves says whether the archive, which was requested for the photos of then, is as good as a new one for those of now.
// It is for catalogs, which must ask it in the same step in which they record a new archive.
//
// What the plan took is compared with now by its count alone, and that is exact. A photo enters the photos of a match
// once, when it is labelled, and leaves them once, when it is deleted. So if the photos of then and of now are the same,
// each was there all the time between, and every plan made in that time has taken them all; what else it took, photos
// that came and went, raises its count. Before an archive is planned nothing tells such a plan, which may be under way,
// so then nothing at all of the owner's may have changed.
func (a Archive) Serves(then, now PhotoSet) bool {
	switch a.Status {
	case ArchiveQueued:
		return then.Version == now.Version
	case ArchiveBuilding, ArchiveReady:
		return then.Digest == now.Digest && a.PhotoCount == now.Count && a.SkippedCount == 0
	case ArchiveFailed, ArchiveCancelled, ArchiveExpired:
	}
	return false
}
