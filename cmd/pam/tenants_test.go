package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"pam/graph"
	"pam/internal/photos"
	"pam/resolvers"
)

// tenants are two owners of one program: Ann, who has something of everything, and Ben, who wants it.
type tenants struct {
	schema *ast.Schema
	ann    person
	ben    person

	annPhoto   photos.Photo // LABELLED, with bytes
	annBytes   []byte
	annPending photos.Photo
	annReady   string // archive
	annQueued  string // archive
	benPhoto   photos.Photo
	benBytes   []byte
	benReady   string

	annKeys map[string]map[string]bool // what the walk shows Ann, by point
	benKeys map[string]map[string]bool
}

// absentID is a ULID that PAM has never given: it is the example of https://github.com/ulid/spec.
const absentID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

// sharedLabel is on photos of both owners, so that what they have of it can be mixed up.
const sharedLabel = "Animal"

// probe is one attempt of Ben's to get at something of Ann's through one point of the contract.
type probe struct {
	point, reason string
	try           func(tenants, *testing.T)
}

func probes() []probe {
	return []probe{
		{"Query.me", "a summary counts the caller's photos alone", tenants.meIsMe},
		{"Query.labels", "a label of Ann's must not be listed, and a shared one must count Ben's photos", tenants.labelsAreOwn},
		{"Query.label", "a name is no key: the label is the caller's own", tenants.labelsAreOwn},
		{"Query.label(name)", "Ann's label must be as absent as one that never was", foreignName(`query($x: String!) { label(name: $x) { id } }`)},
		{"Query.labels(search)", "a search finds the caller's own", foreignName(`query($x: String!) { labels(search: $x) { nodes { id } totalCount } }`)},
		{"LabelMatch.any", "a match selects among the caller's photos", foreignName(`query($x: String!) { photos(match: {any: [$x]}) { nodes { id } totalCount } }`)},
		{"LabelMatch.all", "a match selects among the caller's photos", foreignName(`query($x: String!) { archivePreview(match: {all: [$x]}) { photoCount totalBytes } }`)},
		{"LabelMatch.none", "what Ann has takes nothing out of Ben's", foreignName(`query($x: String!) { photos(match: {any: ["Animal"], none: [$x]}) { nodes { id } totalCount } }`)},
		{"Query.labels(after)", "cursors are bound to owner, filter and order", boundCursors("Query.labels(after)")},
		{"Query.photos", "Ann's photos must not be listed", ownKeys("Photo.id")},
		{"Query.photos(after)", "cursors are bound to owner, filter and order", boundCursors("Query.photos(after)")},
		{"Query.photo", "the answer is a photo of the caller's", ownKeys("Photo.id")},
		{"Query.photo(id)", "Ann's id must be as absent as one that never was", foreignID(`query($x: ID!) { photo(id: $x) { id status } }`)},
		{"Query.archivePreview", "a preview counts the caller's photos alone", tenants.previewIsOwn},
		{"Query.archive", "the answer is an archive of the caller's", ownKeys("Archive.id")},
		{"Query.archive(id)", "Ann's id must be as absent as one that never was", foreignID(`query($x: ID!) { archive(id: $x) { id status downloadUrl } }`)},
		{"Query.archives", "Ann's archives must not be listed", ownKeys("Archive.id")},
		{"Query.archives(after)", "cursors are bound to the owner", boundCursors("Query.archives(after)")},
		{"Query.notices", "Ann's notices must not be listed", ownKeys("Notice.id")},
		{"Query.notices(after)", "cursors are bound to the owner", boundCursors("Query.notices(after)")},
		{"Label.photos(after)", "cursors are bound to owner and label", boundCursors("Label.photos(after)")},

		{"Mutation.uploadUrl", "an upload begins a photo of the caller's own", tenants.uploadIsOwn},
		{"Mutation.uploadUrls", "an upload begins a photo of the caller's own", tenants.uploadIsOwn},
		{"UploadUrlInput.sha256", "who knows a checksum of Ann's photo must not learn that she has it", tenants.checksumTellsNothing},
		{"Mutation.requestArchive", "an archive holds the caller's photos alone", tenants.archiveIsOwn},
		{"RequestArchiveInput.idempotencyKey", "Ann's key is another key than Ben's", tenants.keyIsOwn},
		{"RequestArchiveInput.match", "what only Ann has is nothing to put into an archive", foreignName(`mutation($x: String!) { requestArchive(input: {match: {any: [$x]}}) { id } }`)},
		{"Mutation.cancelArchive", "Ann's archives go on", foreignID(`mutation($x: ID!) { cancelArchive(id: $x) { id status } }`)},
		{"Mutation.cancelArchive(id)", "Ann's id must be as absent as one that never was", foreignID(`mutation($x: ID!) { cancelArchive(id: $x) { id status } }`)},
		{"Mutation.deletePhotos", "Ann's photos stay, also in a list with Ben's", tenants.deletesAreOwn},
		{"Mutation.deletePhotos(ids)", "Ann's id must be as absent as one that never was", foreignID(`mutation($x: ID!) { deletePhotos(ids: [$x]) { deletedIds notFoundIds } }`)},
		{"Mutation.notifyMe", "notices go to the caller's own address", tenants.addressIsOwn},

		{"Subscription.archive", "the stream shows an archive of the caller's", tenants.streamsAreOwn},
		{"Subscription.archive(id)", "Ann's id must be as absent as one that never was", tenants.foreignStream},
		{"Subscription.labels", "the stream shows the caller's labels", tenants.streamsAreOwn},

		{"Viewer.id", "everybody sees the own id alone", ownKeys("Viewer.id")},
		{"Label.id", "it is made of name and threshold, so only a label that both have may look alike", ownKeys("Label.id")},
		{"Photo.id", "wherever photos are shown they are the caller's", ownKeys("Photo.id")},
		{"Photo.url", "a link opens a photo of the caller's", ownKeys("Photo.url")},
		{"Photo.thumbnailUrl", "a link opens a photo of the caller's", ownKeys("Photo.thumbnailUrl")},
		{"UploadUrl.url", "a link takes the bytes of a photo of the caller's", tenants.uploadIsOwn},
		{"Archive.id", "wherever archives are shown they are the caller's", ownKeys("Archive.id")},
		{"Archive.downloadUrl", "a link opens an archive of the caller's", ownKeys("Archive.downloadUrl")},
		{"SkippedPhoto.photoId", "photos that an archive lacks are the caller's", ownKeys("SkippedPhoto.photoId")},
		{"Notice.id", "wherever notices are shown they are the caller's", ownKeys("Notice.id")},
		{"LabelEdge.cursor", "equal places in two owners' lists have different cursors", ownKeys("LabelEdge.cursor")},
		{"PhotoEdge.cursor", "equal places in two owners' lists have different cursors", ownKeys("PhotoEdge.cursor")},
		{"ArchiveEdge.cursor", "equal places in two owners' lists have different cursors", ownKeys("ArchiveEdge.cursor")},
		{"NoticeEdge.cursor", "equal places in two owners' lists have different cursors", ownKeys("NoticeEdge.cursor")},
		{"PageInfo.startCursor", "equal places in two owners' lists have different cursors", ownKeys("PageInfo.startCursor")},
		{"PageInfo.endCursor", "equal places in two owners' lists have different cursors", ownKeys("PageInfo.endCursor")},
		{"DeletePhotosPayload.deletedIds", "only the caller's photos can be deleted", tenants.deletesAreOwn},
		{"DeletePhotosPayload.notFoundIds", "Ann's ids stand there like those that never were", tenants.deletesAreOwn},
	}
}

// TestTenants tries every point of the contract where something of one owner's could get to another. Which points there
// are is computed from the schema: one without a probe fails the test, so a new field cannot be forgotten.
func TestTenants(t *testing.T) {
	p, _ := startProgram(t, t.TempDir())
	w := newTenants(t, p)
	w.checkProbes(t)
	before := w.everythingOf(t, w.ann)
	for _, c := range probes() {
		t.Run(c.point, func(t *testing.T) {
			t.Logf("%s", c.reason)
			c.try(w, t)
		})
	}
	t.Run("Ann has lost nothing", func(t *testing.T) {
		if after := w.everythingOf(t, w.ann); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
	})
}

// checkProbes compares the probes with what the schema has.
func (w tenants) checkProbes(t *testing.T) {
	t.Helper()
	keys, all := points(w.schema)
	for _, c := range probes() {
		if !all[c.point] {
			t.Errorf("the schema has no %s: the probe is out of date", c.point)
		}
		delete(keys, c.point)
	}
	for _, point := range slices.Sorted(maps.Keys(keys)) {
		t.Errorf("%s has no probe: show that it keeps owners apart", point)
	}
}

func newTenants(t *testing.T, p *program) tenants {
	t.Helper()
	w := tenants{
		schema: graph.NewExecutableSchema(resolvers.Config(p.library)).Schema(),
		ann:    newPerson(t, p, "ann"), ben: newPerson(t, p, "ben"),
		annBytes: smallJPEG(t, 96, 80, 1), benBytes: smallJPEG(t, 96, 80, 2),
	}
	w.annPhoto = w.ann.stored("ann's axolotl.jpg", w.annBytes, at(sharedLabel, 97), at("Axolotl", 95, sharedLabel))
	w.ann.stored("ann's other.jpg", smallJPEG(t, 96, 80, 3), at(sharedLabel, 80), at("Axolotl", 60, sharedLabel))
	w.ann.recorded("ann's lost.jpg", smallJPEG(t, 96, 80, 4), at("Axolotl", 70, sharedLabel), at(sharedLabel, 70))
	w.annPending = w.ann.pending("ann's pending.jpg", []byte("to come"))
	w.ann.rejected("ann's text.jpg")
	w.annReady = w.ann.requested("Axolotl", "Ann's pets", "monday")
	w.annQueued = w.ann.queued("Axolotl")
	w.benPhoto = w.ben.stored("ben's bison.jpg", w.benBytes, at("Bison", 90, sharedLabel), at(sharedLabel, 90))
	w.ben.recorded("ben's lost.jpg", smallJPEG(t, 96, 80, 5), at("Bison", 66, sharedLabel), at(sharedLabel, 66))
	w.benReady = w.ben.requested("Bison", "Ben's herd", "tuesday")
	w.annKeys, w.benKeys = w.walk(t, w.ann), w.walk(t, w.ben)
	return w
}

// mine gives what the walk needs to be told for a person.
func (w tenants) mine(x person) map[string]string {
	photo, archive := w.annPhoto.ID, w.annReady
	if x.owner == w.ben.owner {
		photo, archive = w.benPhoto.ID, w.benReady
	}
	return map[string]string{
		"Query.label(name)": `"Animal"`, "Query.photo(id)": `"` + photo + `"`, "Query.archive(id)": `"` + archive + `"`,
		"Query.archivePreview(match)": `{any: ["Animal"]}`,
	}
}

// everythingOf asks for everything that a person can see, and leaves out what differs from one moment to the next.
func (w tenants) everythingOf(t *testing.T, x person) string {
	t.Helper()
	var all strings.Builder
	for _, query := range selectEverything(t, w.schema, w.mine(x)) {
		all.WriteString(regexp.MustCompile(`\?X-Amz-[^"]*`).ReplaceAllString(x.in(t).answer(query, nil), "") + "\n")
	}
	return all.String()
}

// walk gives the keys of everything that a person can see.
func (w tenants) walk(t *testing.T, x person) map[string]map[string]bool {
	t.Helper()
	found := map[string]map[string]bool{}
	for _, query := range selectEverything(t, w.schema, w.mine(x)) {
		var answer map[string]any
		x.in(t).do(query, nil, &answer)
		collectLeaves(w.schema, w.schema.Query, answer, func(point string, field *ast.FieldDefinition, value any) {
			text, ok := value.(string)
			if !ok || !isKey(field.Name, field.Type) {
				return
			}
			if found[point] == nil {
				found[point] = map[string]bool{}
			}
			text, _, _ = strings.Cut(text, "?") // of a link, without its signature
			found[point][text] = true
		})
	}
	return found
}

// answer gives the whole answer to an operation but for the request's id: status, media type and body.
func (a api) answer(query string, variables map[string]any) string {
	a.t.Helper()
	return a.answerAs("application/graphql-response+json", query, variables)
}

func (a api) answerAs(accept, query string, variables map[string]any) string {
	a.t.Helper()
	res := a.request(a.t.Context(), accept, query, variables)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	text := regexp.MustCompile(`"requestId":"[^"]+"`).ReplaceAllString(string(body), `"requestId":"-"`)
	return fmt.Sprintf("%s %s %s", res.Status, res.Header.Get("Content-Type"), text)
}

func mustLoadSchema(t *testing.T, text string) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "test", Input: text})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// ownKeys wants the walk to show each of the two keys at a point, and to show Ben none of Ann's.
func ownKeys(point string) func(tenants, *testing.T) {
	return func(w tenants, t *testing.T) {
		if len(w.annKeys[point]) == 0 || len(w.benKeys[point]) == 0 {
			t.Fatalf("the walk shows Ann %d and Ben %d of %s: the probe has lost its subject", len(w.annKeys[point]), len(w.benKeys[point]), point)
		}
		for key := range w.benKeys[point] {
			if w.annKeys[point][key] && !strings.HasPrefix(key, sharedLabel+"@") {
				t.Errorf("Ben is shown Ann's %s", key)
			}
		}
	}
}

// foreignName wants Ann's label to be answered as one that nobody has.
func foreignName(query string) func(tenants, *testing.T) {
	return func(w tenants, t *testing.T) {
		ben := w.ben.in(t)
		foreign, absent := ben.answer(query, vars("x", "Axolotl")), ben.answer(query, vars("x", "Nothing"))
		if foreign != absent {
			t.Errorf("Ann's label gives\n%s\nand one that never was\n%s", foreign, absent)
		}
	}
}

// notIDs are texts that have never been ids, made from one of Ann's.
func (w tenants) notIDs() []string {
	id := w.annPhoto.ID
	return []string{
		"", " ", "x", "null", "*", "%", strings.ToLower(id), id + " ", " " + id, id[1:], string(w.ann.owner) + "/" + id,
		"../" + string(w.ann.owner) + "/" + id, "' OR '1'='1", "a\x00b", "\u202e", "😀", strings.Repeat("A", 5000), "Axolotl@55",
	}
}

// annIDs are all ids that Ann is shown, of whatever kind.
func (w tenants) annIDs() []string {
	var ids []string
	for _, point := range []string{"Viewer.id", "Photo.id", "Archive.id", "Notice.id", "SkippedPhoto.photoId"} {
		ids = slices.AppendSeq(ids, maps.Keys(w.annKeys[point]))
	}
	return append(ids, w.annPending.ID, w.annQueued)
}

// foreignID wants every id of Ann's, and every text that is no id, to be answered as an id that never was.
func foreignID(query string) func(tenants, *testing.T) {
	return func(w tenants, t *testing.T) {
		ben := w.ben.in(t)
		want := ben.answer(query, vars("x", absentID))
		for _, id := range append(w.annIDs(), w.notIDs()...) {
			quoted, _ := json.Marshal(id)
			want := strings.ReplaceAll(want, `"`+absentID+`"`, string(quoted))
			if got := ben.answer(query, vars("x", id)); got != want {
				t.Errorf("%.100q gives\n%.500s\nand an id that never was\n%.500s", id, got, want)
			}
		}
		if !strings.Contains(want, "NOT_FOUND") && !strings.Contains(want, `"notFoundIds":["`+absentID+`"]`) {
			t.Errorf("an id that never was gives %s", want)
		}
	}
}

// foreignStream wants the same of a subscription.
func (w tenants) foreignStream(t *testing.T) {
	const query = `subscription($x: ID!) { archive(id: $x) { id status downloadUrl } }`
	ben := w.ben.in(t)
	want := ben.answerAs("text/event-stream", query, vars("x", absentID))
	if !strings.Contains(want, "NOT_FOUND") {
		t.Errorf("an id that never was gives %s", want)
	}
	for _, id := range append(w.annIDs(), w.notIDs()...) {
		if got := ben.answerAs("text/event-stream", query, vars("x", id)); got != want {
			t.Errorf("%.100q gives\n%.500s\nand an id that never was\n%.500s", id, got, want)
		}
	}
}
