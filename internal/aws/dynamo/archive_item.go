package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pam/internal/photos"
)

// archiveRecord is an archive as the table holds it.
type archiveRecord struct {
	photos.Archive
	revision string // changes with every write but a touch, so that a decision on what was read can be conditional on it
	plan     string // names the partition of its parts; empty while there are none
}

// storedMatch is a match in the JSON of an archive.
type storedMatch struct {
	Any           []string `json:"any,omitempty"`
	All           []string `json:"all,omitempty"`
	None          []string `json:"none,omitempty"`
	MinConfidence int      `json:"minConfidence"`
}

// storedSkipped is a skipped photo in the JSON of an archive.
type storedSkipped struct {
	PhotoID  string `json:"photoId"`
	FileName string `json:"fileName"`
	Reason   string `json:"reason"`
}

// item is the whole item: an archive is always written whole, on condition of its revision.
func (a archiveRecord) item() (item, error) {
	match, err := json.Marshal(storedMatch(a.Match))
	if err != nil {
		return nil, fmt.Errorf("write a match: %w", err)
	}
	packedMatch, err := packText(string(match))
	if err != nil {
		return nil, err
	}
	stored := make([]storedSkipped, len(a.Skipped))
	for n, s := range a.Skipped {
		stored[n] = storedSkipped(s)
	}
	skipped, err := pack(stored)
	if err != nil {
		return nil, err
	}
	i := archiveKey(a.Owner, a.ID).attributes()
	i["name"], i["match"], i["status"], i["revision"] = text(a.Name), packedMatch, text(string(a.Status)), text(a.revision)
	i["createdAt"], i["updatedAt"] = millis(a.CreatedAt), millis(a.UpdatedAt)
	i.setTime("readyAt", a.ReadyAt)
	i.setTime("expiresAt", a.ExpiresAt)
	i.setText("uploadId", a.UploadID)
	i.setText("plan", a.plan)
	for name, n := range map[string]int64{
		"photoCount": int64(a.PhotoCount), "photosDone": int64(a.PhotosDone), "totalBytes": a.TotalBytes, "bytesDone": a.BytesDone,
		"skippedCount": int64(a.SkippedCount), "partCount": int64(a.PartCount), "partsDone": int64(a.PartsDone),
		"plans": int64(a.Plans), "zipBytes": a.Size,
	} {
		if n != 0 {
			i[name] = number(n)
		}
	}
	if len(stored) > 0 {
		i["skipped"] = skipped
	}
	if a.Failure != nil {
		i["failureCode"], i["failureMessage"] = text(a.Failure.Code), text(a.Failure.Message)
	}
	return i, checkSize(i, "archive")
}

func readArchiveItem(owner photos.Owner, i item) (archiveRecord, error) {
	r := reader{item: i}
	a := archiveRecord{revision: r.text("revision"), plan: r.text("plan")}
	a.Archive = photos.Archive{
		Owner: owner, ID: idOf(i, archivePrefix), Name: r.text("name"), Status: photos.ArchiveStatus(r.text("status")),
		PhotoCount: r.int("photoCount"), PhotosDone: r.int("photosDone"), TotalBytes: r.int64("totalBytes"), BytesDone: r.int64("bytesDone"),
		SkippedCount: r.int("skippedCount"), UploadID: r.text("uploadId"), PartCount: r.int("partCount"), PartsDone: r.int("partsDone"),
		Plans: r.int("plans"), Size: r.int64("zipBytes"), CreatedAt: r.time("createdAt"), UpdatedAt: r.time("updatedAt"),
		ReadyAt: r.time("readyAt"), ExpiresAt: r.time("expiresAt"),
	}
	for _, s := range unpack[storedSkipped](&r, "skipped") {
		a.Skipped = append(a.Skipped, photos.SkippedPhoto(s))
	}
	if r.has("failureCode") {
		a.Failure = &photos.ArchiveFailure{Code: r.text("failureCode"), Message: r.text("failureMessage")}
	}
	match, err := unpackText(i["match"])
	if err != nil {
		r.fail("match", err)
	}
	var stored storedMatch
	if err := json.Unmarshal([]byte(match), &stored); err != nil {
		r.fail("match", err)
	}
	a.Match = photos.LabelMatch(stored)
	return a, r.done()
}

// archive reads one archive, a NotFound error where there is none.
func (c *Catalog) archive(ctx context.Context, owner photos.Owner, id string) (archiveRecord, error) {
	i, err := c.get(ctx, "read an archive", archiveKey(owner, id))
	if err != nil {
		return archiveRecord{}, err
	}
	if i == nil {
		return archiveRecord{}, missing("archive")
	}
	return readArchiveItem(owner, i)
}

// work is the record by which the sweeper finds an archive that it may have to take up; ok is false where there is none.
func (a archiveRecord) work() (i item, ok bool) {
	switch {
	case !a.Status.Final():
		i = unfinishedShards.key(a.Owner, a.ID).attributes()
	case a.Status == photos.ArchiveReady && !a.ExpiresAt.IsZero():
		i = readyKey(a.Owner, a.ID, a.ExpiresAt).attributes()
	default:
		return nil, false
	}
	i["owner"], i["id"] = text(string(a.Owner)), text(a.ID)
	return i, true
}

// write replaces an archive as it was read by one with a new revision, which it gives. more adds what else has to be
// written in the same step.
func (c *Catalog) write(ctx context.Context, what string, before, after archiveRecord, more func(t *transaction) error) error {
	i, err := after.item()
	if err != nil {
		return err
	}
	t := c.begin()
	var e expression
	t.put(i, &e, e.equals("revision", text(before.revision)))
	old, had := before.work()
	now, has := after.work()
	if had && (!has || keyOf(old) != keyOf(now)) {
		t.remove(keyOf(old), &expression{}, "")
	}
	if has && (!had || keyOf(old) != keyOf(now)) {
		t.put(now, &expression{}, "")
	}
	if more != nil {
		if err := more(t); err != nil {
			return err
		}
	}
	if len(t.actions) > 1 {
		return c.commit(ctx, what, t)
	}
	alone := t.actions[0].Put // costs half
	return c.put(ctx, what, alone.Item, &expression{names: alone.ExpressionAttributeNames, values: alone.ExpressionAttributeValues}, *alone.ConditionExpression)
}

func movedOn(a photos.Archive) error {
	return photos.Errorf(photos.Conflict, "the archive has moved on: it is %s", a.Status)
}

// over says whether what ends at a time is over.
func over(end, now time.Time) bool { return !now.Before(end) }
