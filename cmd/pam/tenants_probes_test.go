package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pam/internal/photos"
)

func (w tenants) meIsMe(t *testing.T) {
	const query = `{ me { id name photoCount storedBytes pendingCount rejectedCount } }`
	stranger := newPerson(t, w.ben.p, "stranger")
	for _, c := range []struct {
		who  person
		name string
		want string
	}{
		{w.ann, "ann", fmt.Sprintf(`"photoCount":3,"storedBytes":%d,"pendingCount":1,"rejectedCount":1`, w.bytesOf(t, w.ann))},
		{w.ben, "ben", fmt.Sprintf(`"photoCount":2,"storedBytes":%d,"pendingCount":0,"rejectedCount":0`, w.bytesOf(t, w.ben))},
		{stranger, "stranger", `"photoCount":0,"storedBytes":0,"pendingCount":0,"rejectedCount":0`},
	} {
		want := fmt.Sprintf(`{"me":{"id":%q,"name":%q,%s}}`, c.who.owner, c.name, c.want)
		if got := c.who.in(t).answer(query, nil); !strings.Contains(got, want) {
			t.Errorf("%s is told %s, want %s", c.name, got, want)
		}
	}
}

// bytesOf adds up the sizes of a person's LABELLED photos.
func (w tenants) bytesOf(t *testing.T, x person) int64 {
	t.Helper()
	var sum int64
	for _, photo := range x.in(t).allPhotos() {
		if photo.Status == string(photos.Labelled) {
			sum += photo.Size
		}
	}
	return sum
}

func (w tenants) labelsAreOwn(t *testing.T) {
	var out struct {
		Labels struct{ Nodes []struct{ Name string } }
		Label  struct {
			Count  int
			Photos struct{ TotalCount int }
		}
	}
	w.ben.in(t).do(`{ labels { nodes { name } } label(name: "Animal") { count photos { totalCount } } }`, nil, &out)
	if got := fmt.Sprint(out.Labels.Nodes); got != "[{Animal} {Bison}]" {
		t.Errorf("Ben is shown the labels %s", got)
	}
	if out.Label.Count != 2 || out.Label.Photos.TotalCount != 2 {
		t.Errorf("of the shared label Ben is told %+v, but has 2 photos", out.Label)
	}
}

func (w tenants) previewIsOwn(t *testing.T) {
	want := fmt.Sprintf(`{"photoCount":2,"totalBytes":%d}`, w.bytesOf(t, w.ben))
	if got := w.ben.in(t).answer(`{ archivePreview(match: {any: ["Animal"]}) { photoCount totalBytes } }`, nil); !strings.Contains(got, want) {
		t.Errorf("Ben is told %s, want %s", got, want)
	}
}

// cursorList is a list whose cursors no other list takes.
type cursorList struct{ point, name, query string }

func cursorLists() []cursorList {
	list := func(point, name, field string) cursorList {
		return cursorList{point, name, "query($a: String) { " + field + " }"}
	}
	const page = `{ pageInfo { startCursor endCursor } }`
	return []cursorList{
		list("Query.labels(after)", "labels", "labels(first: 1, after: $a) "+page),
		list("Query.labels(after)", "labels by name", "labels(first: 1, after: $a, orderBy: NAME_ASC) "+page),
		list("Query.labels(after)", "labels searched", `labels(first: 1, after: $a, search: "a") `+page),
		list("Query.labels(after)", "labels at 50", "labels(first: 1, after: $a, minConfidence: 50) "+page),
		list("Query.photos(after)", "photos", "photos(first: 1, after: $a) "+page),
		list("Query.photos(after)", "photos, oldest first", "photos(first: 1, after: $a, orderBy: UPLOADED_ASC) "+page),
		list("Query.photos(after)", "labelled photos", "photos(first: 1, after: $a, status: LABELLED) "+page),
		list("Query.photos(after)", "photos of all", `photos(first: 1, after: $a, match: {all: ["Animal"]}) `+page),
		list("Query.photos(after)", "photos of any but", `photos(first: 1, after: $a, match: {any: ["Animal"], none: ["Dog"]}) `+page),
		list("Query.photos(after)", "photos of any at 50", `photos(first: 1, after: $a, match: {any: ["Animal"], minConfidence: 50}) `+page),
		list("Label.photos(after)", "photos of a label", `label(name: "Animal") { photos(first: 1, after: $a) `+page+" }"),
		list("Label.photos(after)", "photos of a label at 60", `label(name: "Animal", minConfidence: 60) { photos(first: 1, after: $a) `+page+" }"),
		list("Query.archives(after)", "archives", "archives(first: 1, after: $a) "+page),
		list("Query.notices(after)", "notices", "notices(first: 1, after: $a) "+page),
	}
}

// cursor gives the cursor of the first item of a list.
func (l cursorList) cursor(x person) string {
	x.t.Helper()
	var out any
	x.do(l.query, nil, &out)
	cursor := ""
	var find func(any)
	find = func(v any) {
		if m, ok := v.(map[string]any); ok {
			if c, ok := m["endCursor"].(string); ok {
				cursor = c
			}
			for _, below := range m {
				find(below)
			}
		}
	}
	find(out)
	if cursor == "" {
		x.t.Fatalf("%s has no cursor: the probe has lost its subject", l.name)
	}
	return cursor
}

// boundCursors uses every cursor of Ann's in the lists of a point, by Ann and by Ben. Only Ann may, and only where the
// cursor comes from.
func boundCursors(point string) func(tenants, *testing.T) {
	return func(w tenants, t *testing.T) {
		subjects := 0
		for _, to := range cursorLists() {
			if to.point == point {
				subjects++
				w.checkCursors(t, to)
			}
		}
		if subjects == 0 {
			t.Errorf("no list has %s", point)
		}
	}
}

func (w tenants) checkCursors(t *testing.T, to cursorList) {
	t.Helper()
	ann, ben := w.ann.in(t), w.ben.in(t)
	refused := ben.answer(to.query, vars("a", "AAAAAAAAAAAAAAAAAAAAAAAA"))
	if !strings.Contains(refused, `"code":"BAD_USER_INPUT"`) || !strings.Contains(refused, `"field":"after"`) {
		t.Errorf("%s: a cursor that never was gives %s", to.name, refused)
	}
	for _, from := range cursorLists() {
		cursor := from.cursor(ann)
		if got := ben.answer(to.query, vars("a", cursor)); got != refused {
			t.Errorf("%s: Ben continues Ann's %s: %s", to.name, from.name, got)
		}
		got := ann.answer(to.query, vars("a", cursor))
		if same := to.name == from.name; same == (got == refused) {
			t.Errorf("%s continued by a cursor of %s: %s", to.name, from.name, got)
		}
	}
	for _, broken := range []string{" ", "=", "x", "%", "😀", "a\x00", strings.Repeat("A", 2000), to.cursor(ben)[1:], to.cursor(ben) + "="} {
		if got := ben.answer(to.query, vars("a", broken)); got != refused {
			t.Errorf("%s continued after %.40q: %s", to.name, broken, got)
		}
	}
}

// begunUpload is the answer to the wish to upload.
type begunUpload struct {
	Photo       struct{ ID, Status string }
	DuplicateOf *struct{ ID string }
	URL         *string
}

// begin begins the upload of bytes by both mutations.
func (x person) begin(data []byte, sha256 string) []begunUpload {
	x.t.Helper()
	input := vars("fileName", "x.jpg", "contentType", "image/jpeg", "size", len(data), "crc32", crcText(data))
	if sha256 != "" {
		input["sha256"] = sha256
	}
	var out struct {
		UploadURL  begunUpload
		UploadUrls []struct{ UploadURL begunUpload }
	}
	x.do(`mutation($in: UploadUrlInput!) {
		uploadUrl(input: $in) { ...B } uploadUrls(inputs: [$in]) { uploadUrl { ...B } }
	} fragment B on UploadUrl { photo { id status } duplicateOf { id } url }`, vars("in", input), &out)
	return []begunUpload{out.UploadURL, out.UploadUrls[0].UploadURL}
}

// forget deletes photos again, so that probes do not disturb each other.
func (x person) forget(ids ...string) {
	x.t.Helper()
	x.do(`mutation($ids: [ID!]!) { deletePhotos(ids: $ids) { deletedIds } }`, vars("ids", ids), nil)
}

func (w tenants) uploadIsOwn(t *testing.T) {
	ben := w.ben.in(t)
	for _, up := range ben.begin([]byte("new"), "") {
		photo, err := ben.p.library.Photo(t.Context(), ben.owner, up.Photo.ID)
		if err != nil || photo.Owner != ben.owner || up.URL == nil || !strings.Contains(*up.URL, string(ben.owner)+"/"+up.Photo.ID) {
			t.Errorf("Ben's upload is %+v, %v", up, err)
		}
		if up.URL != nil && strings.Contains(*up.URL, string(w.ann.owner)) {
			t.Errorf("Ben may write to %s", *up.URL)
		}
		ben.forget(up.Photo.ID)
	}
}

func (w tenants) checksumTellsNothing(t *testing.T) {
	annSum := sumText(w.annBytes)
	ben := w.ben.in(t)
	for _, up := range ben.begin(w.annBytes, annSum) {
		if up.DuplicateOf != nil || up.URL == nil || up.Photo.Status != string(photos.Pending) || up.Photo.ID == w.annPhoto.ID {
			t.Errorf("Ben is told that Ann has the photo: %+v", up)
		}
		ben.forget(up.Photo.ID)
	}
	for _, up := range w.ann.in(t).begin(w.annBytes, strings.ToUpper(annSum)) {
		if up.DuplicateOf == nil || up.DuplicateOf.ID != w.annPhoto.ID || up.Photo.ID != w.annPhoto.ID || up.URL != nil {
			t.Errorf("Ann is not told that she has the photo: %+v", up)
		}
	}
}

func (w tenants) archiveIsOwn(t *testing.T) {
	for _, c := range []struct {
		who  person
		id   string
		want map[string][]byte
	}{
		{w.ann, w.annReady, map[string][]byte{"ann's axolotl.jpg": w.annBytes, "ann's other.jpg": smallJPEG(t, 96, 80, 3)}},
		{w.ben, w.benReady, map[string][]byte{"ben's bison.jpg": w.benBytes}},
	} {
		checkZip(t, download(t, c.who.in(t).waitUntilReady(c.id)), c.want)
	}
}

func (w tenants) keyIsOwn(t *testing.T) {
	request := func(x person, label, key string) string {
		return x.in(t).answer(`mutation($in: RequestArchiveInput!) { requestArchive(input: $in) { id name } }`,
			vars("in", vars("match", vars("any", []string{label}), "idempotencyKey", key)))
	}
	if got, want := request(w.ben, "Axolotl", "monday"), request(w.ben, "Axolotl", "never"); got != want || !strings.Contains(got, "BAD_USER_INPUT") {
		t.Errorf("Ann's key gives\n%s\nand one that never was\n%s", got, want)
	}
	got := request(w.ben, "Bison", "monday")
	if strings.Contains(got, "errors") || strings.Contains(got, w.annReady) || strings.Contains(got, "Ann") {
		t.Errorf("Ann's key gives Ben %s", got)
	}
	if again := request(w.ben, "Bison", "monday"); again != got {
		t.Errorf("Ben's key gives %s and then %s", got, again)
	}
	again := w.ann.in(t).answer(`mutation { requestArchive(input: {match: {any: ["Axolotl"]}, name: "Ann's pets", idempotencyKey: "monday"}) { id } }`, nil)
	if !strings.Contains(again, w.annReady) {
		t.Errorf("Ann's key is no longer hers: %s", again)
	}
}

func (w tenants) deletesAreOwn(t *testing.T) {
	ben := w.ben.in(t)
	own := ben.pending("ben's mistake.jpg", []byte("x"))
	ids := []string{w.annPhoto.ID, own.ID, absentID, w.annPending.ID, "x", own.ID, w.annReady}
	var out struct {
		DeletePhotos struct{ DeletedIDs, NotFoundIDs []string }
	}
	ben.do(`mutation($ids: [ID!]!) { deletePhotos(ids: $ids) { deletedIds notFoundIds } }`, vars("ids", ids), &out)
	deleted, notFound := fmt.Sprint([]string{own.ID}), fmt.Sprint([]string{w.annPhoto.ID, absentID, w.annPending.ID, "x", w.annReady})
	if fmt.Sprint(out.DeletePhotos.DeletedIDs) != deleted || fmt.Sprint(out.DeletePhotos.NotFoundIDs) != notFound {
		t.Errorf("got %+v, want %s and %s", out.DeletePhotos, deleted, notFound)
	}
	var left struct{ Photo struct{ URL string } }
	w.ann.in(t).do(`query($id: ID!) { photo(id: $id) { url } }`, vars("id", w.annPhoto.ID), &left)
	if got := download(t, left.Photo.URL); string(got) != string(w.annBytes) {
		t.Error("Ann's photo has other bytes now")
	}
}

func (w tenants) addressIsOwn(t *testing.T) {
	got := w.ben.in(t).answer(`mutation { notifyMe(channel: EMAIL) { address confirmed } }`, nil)
	if !strings.Contains(got, `"address":"b***@localhost"`) {
		t.Errorf("Ben's notices go to %s", got)
	}
}

func (w tenants) streamsAreOwn(t *testing.T) {
	ben := w.ben.in(t)
	archive := ben.answerAs("text/event-stream", `subscription($x: ID!) { archive(id: $x) { id name downloadUrl } }`, vars("x", w.benReady))
	if !strings.Contains(archive, w.benReady) || strings.Contains(archive, "Ann") || strings.Contains(archive, string(w.ann.owner)) {
		t.Errorf("the stream of Ben's archive is %s", archive)
	}
	ben.follow(`subscription { labels { changed { id count photos { nodes { id } } } } }`, nil, func(data json.RawMessage) bool {
		text := string(data)
		if !strings.Contains(text, `"Bison@55"`) || strings.Contains(text, "Axolotl") {
			t.Errorf("the stream of Ben's labels is %s", text)
		}
		for _, id := range w.annIDs() {
			if strings.Contains(text, id) {
				t.Errorf("the stream of Ben's labels has Ann's %s", id)
			}
		}
		return true
	})
}
