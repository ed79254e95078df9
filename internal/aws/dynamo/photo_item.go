package dynamo

import (
	"pam/internal/photos"
)

// photoRecord is a photo as the table holds it.
type photoRecord struct {
	photos.Photo
	revision string // changes with every write, so that a decision on what was read can be conditional on it
}

// storedLabel is a label in the JSON of a photo.
type storedLabel struct {
	Name       string   `json:"n"`
	Confidence float64  `json:"c"` // encoding/json writes the shortest text that reads back as the same number
	Parents    []string `json:"p,omitempty"`
	Categories []string `json:"k,omitempty"`
}

// newPhotoItem is the item of a photo that has just been announced.
func newPhotoItem(p photos.Photo, revision string) item {
	i := photoKey(p.Owner, p.ID).attributes()
	i["fileName"], i["contentType"] = text(p.FileName), text(p.ContentType)
	i["size"], i["crc32"] = number(p.Size), number(p.CRC32)
	i["status"], i["revision"] = text(string(photos.Pending)), text(revision)
	i["uploadedAt"] = millis(p.UploadedAt)
	i.setTime("expiresAt", p.ExpiresAt)
	return i
}

// setInspection is the update that stores what the detector found.
func setInspection(e *expression, in photos.Inspection) error {
	stored := make([]storedLabel, len(in.Labels))
	for i, l := range in.Labels {
		stored[i] = storedLabel(l)
	}
	labels, err := pack(stored)
	if err != nil {
		return err
	}
	found := item{"sha256": text(in.SHA256), "etag": text(in.ETag), "width": number(in.Width), "height": number(in.Height),
		"takenAt": text(in.TakenAt), "labels": labels}
	// The rest of a photo has less than a kilobyte and a half: a name, two keys and numbers.
	if err := checkSize(item{"found": text(""), "labels": labels}, "photo's labels"); err != nil {
		return err
	}
	for name, value := range found {
		e.setTo(name, value)
	}
	return nil
}

// readPhotoItem reads a photo of the owner.
func readPhotoItem(owner photos.Owner, i item) (photoRecord, error) {
	r := reader{item: i}
	p := photoRecord{revision: r.text("revision")}
	p.Photo = photos.Photo{
		Owner: owner, ID: idOf(i, photoPrefix), FileName: r.text("fileName"), ContentType: r.text("contentType"),
		Size: r.int64("size"), CRC32: uint32(r.int64("crc32")), Status: photos.PhotoStatus(r.text("status")), //nolint:gosec // it was one
		UploadedAt: r.time("uploadedAt"),
	}
	if p.Status == photos.Pending { // it stays on the item, but only a PENDING photo expires
		p.ExpiresAt = r.time("expiresAt")
	}
	if r.has("labels") {
		in := photos.Inspection{SHA256: r.text("sha256"), ETag: r.text("etag"), Width: r.int("width"), Height: r.int("height"), TakenAt: r.text("takenAt")}
		for _, l := range unpack[storedLabel](&r, "labels") {
			in.Labels = append(in.Labels, photos.PhotoLabel(l))
		}
		p.Inspection = &in
	}
	if r.has("rejectionCode") {
		p.Rejection = &photos.Rejection{Code: photos.RejectionCode(r.text("rejectionCode")), Message: r.text("rejectionMessage")}
	}
	return p, r.done()
}

// idOf is what follows the prefix in an item's sort key.
func idOf(i item, prefix string) string {
	sk := keyOf(i).sk
	return sk[min(len(prefix), len(sk)):]
}

// pendingItem is the record by which a PENDING photo is found by its status, of one owner and of all.
func pendingItem(p photos.Photo) item {
	i := pendingShards.key(p.Owner, p.ID).attributes()
	i["owner"], i["id"], i["uploadedAt"] = text(string(p.Owner)), text(p.ID), millis(p.UploadedAt)
	return i
}

func rejectedKey(owner photos.Owner, id string) key {
	return key{rejectedPartition(owner), photoPrefix + id}
}

// readRef reads whose record an item of the shards stands for.
func readRef(i item) (photos.PhotoRef, error) {
	r := reader{item: i}
	ref := photos.PhotoRef{Owner: photos.Owner(r.text("owner")), ID: r.text("id")}
	return ref, r.done()
}
