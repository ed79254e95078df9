package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"pam/graph"
	"pam/internal/photos"
	"pam/resolvers"
)

// contract is a program with an owner whose photos and labels are known to the last digit.
type contract struct {
	person
	schema  *ast.Schema
	text    string       // of schema.graphql
	fox     photos.Photo // LABELLED, with bytes
	foxJPEG []byte
	ready   string // archive
	// many has more of everything than any list gives by default.
	many person
}

// What many has: more than the default of every list.
const (
	manyPhotos   = 120
	manyArchives = 25
	manyNotices  = 22
)

// TestContract asks the real API for what the contract promises.
func TestContract(t *testing.T) {
	text, err := os.ReadFile("../../schema.graphql") // before the program starts, as testPhotos says
	if err != nil {
		t.Fatal(err)
	}
	p, _ := startProgram(t, t.TempDir())
	dan := newPerson(t, p, "dan")
	c := contract{
		person: dan, text: string(text), many: newPerson(t, p, "many"), foxJPEG: smallJPEG(t, 96, 80, 1),
		schema: graph.NewExecutableSchema(resolvers.Config(p.library)).Schema(),
	}
	c.fox = dan.stored("fox.jpg", c.foxJPEG, at("Animal", 96.5), at("Fox", 90, "Animal"))
	dan.recorded("cat.jpg", []byte("cat"), at("Animal", 70), at("Cat", 55, "Animal"))
	dan.recorded("fern.jpg", []byte("fern"), at("Plant", 60), at("Fern", 54.99, "Plant"))
	dan.recorded("ant.jpg", []byte("ant"), at("Insect", 94.999, "Animal"), at("Animal", 50))
	dan.recorded("none.jpg", []byte("none"))
	dan.pending("later.jpg", []byte("later"))
	dan.rejected("text.jpg")
	c.ready = dan.requested("Fox", `The "Fox" é`, "key")
	c.fillMany(t)

	for _, part := range []struct {
		name string
		test func(contract, *testing.T)
	}{
		{"answers", contract.answers},
		{"refusals", contract.refusals},
		{"nulls", contract.nulls},
		{"first", contract.first},
		{"pages", contract.pages},
		{"deleted behind the cursor", contract.deletedCursor},
		{"minConfidence", contract.minConfidence},
		{"uploadUrls", contract.uploadURLs},
		{"links", contract.links},
		{"archive link", contract.archiveLink},
		{"scalars", contract.scalars},
		{"large numbers", contract.largeNumbers},
		{"errors", contract.errors},
		{"scopes", contract.scopes},
		{"scope for labels alone", contract.labelsAlone},
		{"scope for uploads alone", contract.uploadsAlone},
		{"HTTP", contract.http},
	} {
		t.Run(part.name, func(t *testing.T) {
			c := c
			c.person, c.many = c.in(t), c.many.in(t)
			part.test(c, t)
		})
	}
}

func (c contract) fillMany(t *testing.T) {
	t.Helper()
	for i := range manyPhotos {
		c.many.recorded(fmt.Sprintf("%03d.jpg", i), fmt.Append(nil, i), at("All", 99), at(fmt.Sprintf("Label %03d", i), 80))
	}
	for range manyArchives {
		c.many.queued("All")
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	for i := range manyNotices {
		n := photos.Notice{
			Owner: c.many.owner, ID: fmt.Sprintf("n%02d", i), Kind: photos.NoticeArchiveReady, ArchiveID: absentID,
			At: now.Add(time.Duration(i/3) * time.Millisecond), // some at the same moment
		}
		if err := c.p.library.Catalog.AddNotice(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
}

// data gives the data of an answer as it was sent.
func (a api) data(query string, variables map[string]any) string {
	a.t.Helper()
	var data json.RawMessage
	a.do(query, variables, &data)
	return string(data)
}

// answers asks what has exactly one right answer.
func (c contract) answers(t *testing.T) {
	const photoNames = `{ nodes { fileName } totalCount }`
	match := func(m string) string {
		return `{ photos(orderBy: UPLOADED_ASC, match: {` + m + `}) { nodes { fileName } totalCount } }`
	}
	files := func(names ...string) string {
		nodes := []string{}
		for _, n := range names {
			nodes = append(nodes, fmt.Sprintf(`{"fileName":"%s.jpg"}`, n))
		}
		return fmt.Sprintf(`{"photos":{"nodes":[%s],"totalCount":%d}}`, strings.Join(nodes, ","), len(names))
	}
	labels := func(arguments string) string { return `{ labels` + arguments + ` { nodes { id count } totalCount } }` }
	counts := func(pairs ...any) string {
		nodes := []string{}
		for i := 0; i < len(pairs); i += 2 {
			nodes = append(nodes, fmt.Sprintf(`{"id":%q,"count":%d}`, pairs[i], pairs[i+1]))
		}
		return fmt.Sprintf(`{"labels":{"nodes":[%s],"totalCount":%d}}`, strings.Join(nodes, ","), len(nodes))
	}
	for _, tt := range []struct{ name, reason, query, want string }{
		{"labels", "most photos first, then by name, at 55", labels(""), counts("Animal@55", 2, "Cat@55", 1, "Fox@55", 1, "Insect@55", 1, "Plant@55", 1)},
		{"labels by name", "A to Z", labels("(orderBy: NAME_ASC, minConfidence: 50)"), counts("Animal@50", 3, "Cat@50", 1, "Fern@50", 1, "Fox@50", 1, "Insect@50", 1, "Plant@50", 1)},
		{"labels at 90", "94.999 is at least 90", labels("(minConfidence: 90)"), counts("Animal@90", 1, "Fox@90", 1, "Insect@90", 1)},
		{"labels at 95", "94.999 is not at least 95", labels("(minConfidence: 95)"), counts("Animal@95", 1)},
		{"labels, one of five", "totalCount is of the whole list", labels("(first: 1)"), `{"labels":{"nodes":[{"id":"Animal@55","count":2}],"totalCount":5}}`},
		{"search", "a part of the name, without regard to case", labels(`(search: "AN")`), counts("Animal@55", 2, "Plant@55", 1)},
		{"search for nothing", "an empty text is part of every name", labels(`(search: "", minConfidence: 95)`), counts("Animal@95", 1)},
		{"search for a wildcard", "the text is text", labels(`(search: "%")`), counts()},
		{"search below the threshold", "both conditions hold", labels(`(search: "fern")`), counts()},

		{"label", "by its exact name", `{ label(name: "Fox") { id name count parents categories } }`, `{"label":{"id":"Fox@55","name":"Fox","count":1,"parents":["Animal"],"categories":[]}}`},
		{"label at another threshold", "ids at different thresholds differ", `{ label(name: "Fox", minConfidence: 90) { id count } }`, `{"label":{"id":"Fox@90","count":1}}`},
		{"label in lower case", "names match exactly", `{ label(name: "fox") { id } }`, `{"label":null}`},
		{"label with a space", "names match exactly", `{ label(name: "Fox ") { id } }`, `{"label":null}`},
		{"label without a name", "no label has an empty name", `{ label(name: "") { id } }`, `{"label":null}`},
		{"label nobody has", "it is null, no error", `{ label(name: "Unicorn") { id } }`, `{"label":null}`},
		{"label's photos", "they are those that it counts, newest first", `{ label(name: "Animal") { photos { nodes { fileName } totalCount } } }`, `{"label":{"photos":{"nodes":[{"fileName":"cat.jpg"},{"fileName":"fox.jpg"}],"totalCount":2}}}`},
		{"label's photos at 50", "at the label's own threshold", `{ label(name: "Animal", minConfidence: 50) { photos(first: 1) { nodes { fileName } totalCount } } }`, `{"label":{"photos":{"nodes":[{"fileName":"ant.jpg"}],"totalCount":3}}}`},

		{"photos", "every status, newest first", `{ photos ` + photoNames + ` }`, files("text", "later", "none", "ant", "fern", "cat", "fox")},
		{"photos, oldest first", "every status", `{ photos(orderBy: UPLOADED_ASC) ` + photoNames + ` }`, files("fox", "cat", "fern", "ant", "none", "later", "text")},
		{"pending photos", "one status", `{ photos(status: PENDING) ` + photoNames + ` }`, files("later")},
		{"rejected photos", "one status", `{ photos(status: REJECTED) ` + photoNames + ` }`, files("text")},
		{"labelled photos", "one status, also without any label", `{ photos(status: LABELLED, first: 100) ` + photoNames + ` }`, files("none", "ant", "fern", "cat", "fox")},

		{"any", "at least one", match(`any: ["Fox", "Plant", "Unicorn"]`), files("fox", "fern")},
		{"all", "all of them", match(`all: ["Animal", "Fox"]`), files("fox")},
		{"all with an unknown name", "an unknown name matches nothing", match(`all: ["Animal", "Unicorn"]`), files()},
		{"any and all", "both conditions hold", match(`any: ["Fox", "Cat"], all: ["Animal"]`), files("fox", "cat")},
		{"none", "what it names is left out", match(`any: ["Animal"], none: ["Fox"]`), files("cat")},
		{"none below the threshold", "54.99 is not carrying at 55", match(`any: ["Plant"], none: ["Fern"]`), files("fern")},
		{"none at the threshold", "54.99 is carrying at 50", match(`any: ["Plant"], none: ["Fern"], minConfidence: 50`), files()},
		{"none with an unknown name", "it takes nothing out", match(`any: ["Animal"], none: ["Unicorn"]`), files("fox", "cat")},
		{"names that contradict", "nothing carries and does not carry", match(`all: ["Fox"], none: ["Fox"]`), files()},
		{"a name twice", "it is one condition", match(`any: ["Fox", "Fox"], all: ["Fox", "Fox"]`), files("fox")},
		{"match in lower case", "names match exactly", match(`any: ["fox"]`), files()},
		{"match by one name", "GraphQL makes a list of one value", match(`any: "Fox"`), files("fox")},
		{"match at 95", "the threshold holds for each name", match(`any: ["Animal", "Insect"], minConfidence: 95`), files("fox")},
		{"twenty names", "twenty are allowed", match(`any: [` + strings.Repeat(`"Fox",`, 20) + `]`), files("fox")},
		{"match with its status", "LABELLED says nothing new", `{ photos(match: {any: ["Fox"]}, status: LABELLED) ` + photoNames + ` }`, files("fox")},

		{"preview", "photos and bytes", `{ archivePreview(match: {any: ["Cat", "Plant"]}) { photoCount totalBytes } }`, `{"archivePreview":{"photoCount":2,"totalBytes":7}}`},
		{"empty preview", "nothing is an answer", `{ archivePreview(match: {any: ["Unicorn"]}) { photoCount totalBytes } }`, `{"archivePreview":{"photoCount":0,"totalBytes":0}}`},
		{"me", "who, where notices go, what the token may", `{ me { id name email scopes photoCount pendingCount rejectedCount } }`, fmt.Sprintf(`{"me":{"id":%q,"name":"dan","email":"dan@localhost","scopes":["LABELS_READ","PHOTOS_READ","PHOTOS_WRITE","ARCHIVES"],"photoCount":5,"pendingCount":1,"rejectedCount":1}}`, c.owner)},
		{"pending photo", "nothing is known of it yet", `{ photos(status: PENDING) { nodes { width height takenAt rejection { code } labels { name } url thumbnailUrl } } }`, `{"photos":{"nodes":[{"width":null,"height":null,"takenAt":null,"rejection":null,"labels":[],"url":null,"thumbnailUrl":null}]}}`},
		{"rejected photo", "it says why", `{ photos(status: REJECTED) { nodes { width rejection { code message } labels { name } url thumbnailUrl } } }`, `{"photos":{"nodes":[{"width":null,"rejection":{"code":"NOT_AN_IMAGE","message":"No picture."},"labels":[],"url":null,"thumbnailUrl":null}]}}`},
		{"photo's labels", "highest confidence first, as the labeller gave it", `{ photos(match: {any: ["Insect"]}) { nodes { labels { name confidence parents } } } }`, `{"photos":{"nodes":[{"labels":[{"name":"Insect","confidence":94.999,"parents":["Animal"]},{"name":"Animal","confidence":50,"parents":[]}]}]}}`},
		{"notify", "the address is the caller's own, masked", `mutation { notifyMe(channel: EMAIL) { channel address } }`, `{"notifyMe":{"channel":"EMAIL","address":"d***@localhost"}}`},
		{"notice", "an archive that came to its end", `{ notices { nodes { kind archive { id status } } totalCount } }`, fmt.Sprintf(`{"notices":{"nodes":[{"kind":"ARCHIVE_READY","archive":{"id":%q,"status":"READY"}}],"totalCount":1}}`, c.ready)},
		{"the same key again", "it gives the same archive", `mutation { requestArchive(input: {match: {any: ["Fox"]}, name: "The \"Fox\" é", idempotencyKey: "key"}) { id status } }`, fmt.Sprintf(`{"requestArchive":{"id":%q,"status":"READY"}}`, c.ready)},

		{"aliases, fragments, directives", "front ends use all of GraphQL",
			`query { a: label(name: "Fox") { ...L n: name @skip(if: true) } b: label(name: "Cat", minConfidence: 50) { ...L ... on Label { count @include(if: true) } } me { id @include(if: false) __typename } } fragment L on Label { k: id }`,
			`{"a":{"k":"Fox@55"},"b":{"k":"Cat@50","count":1},"me":{"__typename":"Viewer"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.in(t).data(tt.query, nil); got != tt.want {
				t.Errorf("%s:\n got %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}

// refusals asks what has to be refused, each with its code and the input that is at fault.
func (c contract) refusals(t *testing.T) {
	const bad = photos.BadUserInput
	file := func(change string) string {
		return `mutation { uploadUrl(input: {fileName: "a.jpg", contentType: "image/jpeg", size: 1, crc32: "AAAAAA==", ` + change + `}) { url } }`
	}
	request := func(rest string) string {
		return `mutation { requestArchive(input: {match: {any: ["Fox"]}` + rest + `}) { id } }`
	}
	link := func(seconds int) string {
		return fmt.Sprintf(`{ photo(id: %q) { url(expiresIn: %d) } }`, c.fox.ID, seconds)
	}
	for _, tt := range []struct {
		name, reason, query string
		code                photos.Code
		field               string
	}{
		{"long search", "no label has a name of 256 bytes", `{ labels(search: "` + strings.Repeat("x", 256) + `") { totalCount } }`, bad, "search"},
		{"empty match", "it would mean everything", `{ photos(match: {}) { totalCount } }`, bad, "match"},
		{"empty lists", "they hold no name", `{ photos(match: {any: [], all: []}) { totalCount } }`, bad, "match"},
		{"none alone", "it selects by nothing", `{ photos(match: {none: ["Fox"]}) { totalCount } }`, bad, "match"},
		{"twenty-one names", "at most twenty in all", `{ photos(match: {any: [` + strings.Repeat(`"Fox",`, 10) + `], all: [` + strings.Repeat(`"Fox",`, 5) + `], none: [` + strings.Repeat(`"Cat",`, 6) + `]}) { totalCount } }`, bad, "match"},
		{"empty name", "no label has one", `{ photos(match: {any: ["Fox", ""]}) { totalCount } }`, bad, "match.any[1]"},
		{"null name", "a name is text", `{ photos(match: {any: [null]}) { totalCount } }`, bad, ""},
		{"match and PENDING", "a match sees LABELLED photos only", `{ photos(match: {any: ["Fox"]}, status: PENDING) { totalCount } }`, bad, "status"},
		{"match and REJECTED", "a match sees LABELLED photos only", `{ photos(match: {any: ["Fox"]}, status: REJECTED) { totalCount } }`, bad, "status"},
		{"preview of nothing", "it would mean everything", `{ archivePreview(match: {}) { photoCount } }`, bad, "match"},
		{"confidence in between", "it is a whole number", `{ labels(minConfidence: 57.5) { totalCount } }`, bad, ""},
		{"confidence in words", "it is a number", `{ labels(minConfidence: "55") { totalCount } }`, bad, ""},

		{"link of 59 seconds", "60 to 3600", link(59), bad, "expiresIn"},
		{"link of 3601 seconds", "60 to 3600", link(3601), bad, "expiresIn"},
		{"link of no time", "60 to 3600", link(0), bad, "expiresIn"},
		{"link into the past", "60 to 3600", link(-60), bad, "expiresIn"},
		{"link of more than a moment's width", "no wrap-around", link(1 << 60), bad, "expiresIn"},

		{"no files", "1 to 100", `mutation { uploadUrls(inputs: []) { error { code } } }`, bad, "inputs"},
		{"no photos to delete", "1 to 100", `mutation { deletePhotos(ids: []) { deletedIds } }`, bad, "ids"},
		{"101 photos to delete", "1 to 100", `mutation { deletePhotos(ids: [` + strings.Repeat(`"x",`, 101) + `]) { deletedIds } }`, bad, "ids"},
		{"bad checksum", "64 hex digits", file(`sha256: "xyz"`), bad, "input.sha256"},
		{"repeated input field", "GraphQL wants each once", file(`size: 2`), bad, ""},
		{"unknown input field", "nobody guesses", file(`name: "x"`), bad, ""},

		{"empty name of an archive", "1 to 100 characters", request(`, name: ""`), bad, "input.name"},
		{"long name of an archive", "1 to 100 characters", request(`, name: "` + strings.Repeat("é", 101) + `"`), bad, "input.name"},
		{"empty key", "1 to 64 characters", request(`, idempotencyKey: ""`), bad, "input.idempotencyKey"},
		{"long key", "1 to 64 characters", request(`, idempotencyKey: "` + strings.Repeat("é", 65) + `"`), bad, "input.idempotencyKey"},
		{"the key of another request", "the name differs", request(`, idempotencyKey: "key"`), photos.Conflict, "input.idempotencyKey"},
		{"archive of nothing", "there is nothing to put into it", `mutation { requestArchive(input: {match: {all: ["Unicorn"]}}) { id } }`, bad, "input.match"},
		{"archive without a match", "it would mean everything", `mutation { requestArchive(input: {match: {}}) { id } }`, bad, "input.match"},
		{"cancel what is READY", "it is over", fmt.Sprintf(`mutation { cancelArchive(id: %q) { id } }`, c.ready), photos.Conflict, ""},
		{"absent photo", "there is none", `{ photo(id: "` + absentID + `") { id } }`, photos.NotFound, ""},
		{"absent archive", "there is none", `{ archive(id: "` + absentID + `") { id } }`, photos.NotFound, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c.in(t).wantError(tt.reason, tt.query, nil, tt.code, tt.field)
		})
	}
}

// uploadURLs begins several uploads, of which some are bad: each is answered alone, in the order of the inputs.
func (c contract) uploadURLs(t *testing.T) {
	x := newPerson(t, c.p, "uploader")
	file := func(change ...any) map[string]any {
		in := vars("fileName", "é 😀.jpg", "contentType", "image/jpeg", "size", 15_728_640, "crc32", "AAAAAA==")
		maps.Copy(in, vars(change...))
		return in
	}
	inputs := []any{
		file(), file("size", 15_728_641), file("fileName", "a\nb"), file("contentType", "image/gif"), file("crc32", "00000000"),
		file("sha256", "abc"), file("contentType", "image/png", "sha256", strings.Repeat("a", 64)), file("fileName", strings.Repeat("é", 128)),
	}
	var out struct {
		UploadUrls []struct {
			UploadURL *struct {
				Photo       struct{ Status, FileName string }
				DuplicateOf *struct{ ID string }
				URL, Method string
				Headers     []struct{ Name, Value string }
				ExpiresAt   time.Time
			}
			Error *struct{ Code, Field, Message string }
		}
	}
	const query = `mutation($in: [UploadUrlInput!]!) { uploadUrls(inputs: $in) {
		uploadUrl { photo { status fileName } duplicateOf { id } url method headers { name value } expiresAt } error { code field message } } }`
	began := time.Now()
	x.do(query, vars("in", inputs), &out)
	fields := []string{"", "inputs[1].size", "inputs[2].fileName", "inputs[3].contentType", "inputs[4].crc32", "inputs[5].sha256", "", "inputs[7].fileName"}
	if len(out.UploadUrls) != len(fields) {
		t.Fatalf("%d answers to %d files", len(out.UploadUrls), len(fields))
	}
	for i, field := range fields {
		up, e := out.UploadUrls[i].UploadURL, out.UploadUrls[i].Error
		switch {
		case (up == nil) == (e == nil):
			t.Errorf("file %d has %+v and %+v, want one of them", i, up, e)
		case field != "" && (e == nil || e.Code != string(photos.BadUserInput) || e.Field != field || e.Message == ""):
			t.Errorf("file %d has %+v, want an error of %s", i, e, field)
		case field == "" && (up == nil || up.Photo.Status != "PENDING" || up.Photo.FileName != "é 😀.jpg" || up.Method != http.MethodPut || up.DuplicateOf != nil || len(up.Headers) == 0):
			t.Errorf("file %d has %+v", i, up)
		case field == "" && (up.ExpiresAt.Before(began.Add(14*time.Minute)) || up.ExpiresAt.After(time.Now().Add(15*time.Minute))):
			t.Errorf("file %d can be sent until %s", i, up.ExpiresAt)
		}
	}
	if got := x.data(`{ me { pendingCount } }`, nil); got != `{"me":{"pendingCount":2}}` {
		t.Errorf("after two uploads have begun me is %s", got)
	}
	hundred := slices.Repeat([]any{file("size", 0)}, 100)
	x.do(query, vars("in", hundred), nil)
	x.wantError("at most 100 at once", query, vars("in", append(hundred, file())), photos.BadUserInput, "inputs")
}

// wantError wants one error of a code about a field; a field of "" is none.
func (a api) wantError(reason, query string, variables map[string]any, code photos.Code, field string) {
	a.t.Helper()
	errs := a.try(query, variables, nil)
	if len(errs) != 1 || errs[0].Extensions["code"] != string(code) {
		a.t.Errorf("got %+v, want one %s: %s", errs, code, reason)
		return
	}
	got, _ := errs[0].Extensions["field"].(string)
	if got != field {
		a.t.Errorf("the field is %q, want %q: %s", got, field, errs[0].Message)
	}
}

// nulls gives null for every argument that has a default: it means what leaving it out means.
func (c contract) nulls(t *testing.T) {
	given := map[string]string{
		"Query.label(name)": `"Fox"`, "Query.archivePreview(match)": `{any: ["Animal"]}`, "Query.archive(id)": `"` + c.ready + `"`,
		"Query.photo(id)": `"` + c.fox.ID + `"`,
	}
	tested := 0
	for _, field := range c.schema.Query.Fields {
		var with, without []string
		for _, argument := range field.Arguments {
			point := fmt.Sprintf("Query.%s(%s)", field.Name, argument.Name)
			if value, ok := given[point]; ok {
				with, without = append(with, argument.Name+": "+value), append(without, argument.Name+": "+value)
			} else if !argument.Type.NonNull {
				with = append(with, argument.Name+": null")
			}
		}
		if len(with) == len(without) || strings.HasPrefix(field.Name, "__") {
			continue
		}
		query := func(arguments []string) string {
			text := "{ " + field.Name
			if len(arguments) > 0 {
				text += "(" + strings.Join(arguments, ", ") + ")"
			}
			return text + " { __typename " + map[bool]string{true: "totalCount nodes { id } pageInfo { endCursor }", false: "id"}[strings.HasSuffix(field.Name, "s")] + " } }"
		}
		tested++
		if got, want := c.data(query(with), nil), c.data(query(without), nil); got != want {
			t.Errorf("%s gives\n%s\nand without the nulls\n%s", query(with), got, want)
		}
	}
	if tested < 5 {
		t.Errorf("only %d fields have arguments that may be null", tested)
	}
	for _, tt := range []struct{ reason, with, without string }{
		{"nested arguments are no different", `{ label(name: "Animal") { photos(first: null, after: null) { nodes { id } } } }`, `{ label(name: "Animal") { photos { nodes { id } } } }`},
		{"nor are fields of inputs", `{ photos(match: {any: ["Fox"], all: null, none: null, minConfidence: null}) { nodes { id } } }`, `{ photos(match: {any: ["Fox"]}) { nodes { id } } }`},
	} {
		if got, want := c.data(tt.with, nil), c.data(tt.without, nil); got != want {
			t.Errorf("%s: got %s, want %s", tt.reason, got, want)
		}
	}
	link := c.data(`query($n: Int) { photo(id: "`+c.fox.ID+`") { url(expiresIn: $n) } }`, vars("n", nil))
	if !strings.Contains(link, "X-Amz-Expires=900") {
		t.Errorf("a link of no said life is %s", link)
	}
	named := c.data(`mutation { requestArchive(input: {match: {any: ["Fox"], all: ["Animal"]}, name: null, idempotencyKey: null}) { name } }`, nil)
	if named != `{"requestArchive":{"name":"Fox, Animal"}}` {
		t.Errorf("an archive of no said name is %s", named)
	}
}

// errors looks at the form of an error.
func (c contract) errors(t *testing.T) {
	seen := map[string]bool{}
	for _, tt := range []struct {
		reason, query string
		keys          []string // of the error
		extensions    []string
	}{
		{"bad input names its field", `{ labels(first: 0) { totalCount } }`, []string{"extensions", "locations", "message", "path"}, []string{"code", "field", "requestId"}},
		{"an absent thing has no field", `{ photo(id: "x") { id } }`, []string{"extensions", "locations", "message", "path"}, []string{"code", "requestId"}},
		{"an invalid document has no path", `{ nothing }`, []string{"extensions", "locations", "message"}, []string{"code", "requestId"}},
	} {
		res := c.request(t.Context(), "application/json", tt.query, nil)
		var answer struct{ Errors []map[string]any }
		err := json.NewDecoder(res.Body).Decode(&answer)
		res.Body.Close()
		if err != nil || len(answer.Errors) != 1 || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v, %+v", tt.query, res.Status, err, answer)
		}
		e := answer.Errors[0]
		extensions, _ := e["extensions"].(map[string]any)
		if !slices.Equal(sortedKeys(e), tt.keys) || !slices.Equal(sortedKeys(extensions), tt.extensions) {
			t.Errorf("%s: the error is %v", tt.reason, e)
		}
		id, _ := extensions["requestId"].(string)
		if id == "" || id != res.Header.Get("X-Request-Id") || seen[id] {
			t.Errorf("%s: the request's id is %q, X-Request-Id %q", tt.reason, id, res.Header.Get("X-Request-Id"))
		}
		seen[id] = true
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// scalars looks at every DateTime and Long that the API gives.
func (c contract) scalars(t *testing.T) {
	given := map[string]string{
		"Query.label(name)": `"Animal"`, "Query.photo(id)": `"` + c.fox.ID + `"`, "Query.archive(id)": `"` + c.ready + `"`,
		"Query.archivePreview(match)": `{any: ["Animal"]}`,
	}
	forms := map[string]*regexp.Regexp{
		"DateTime": regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`), "Long": regexp.MustCompile(`^\d+$`),
	}
	seen := map[string]int{}
	for _, query := range selectEverything(t, c.schema, given) {
		decoder := json.NewDecoder(bytes.NewReader([]byte(c.data(query, nil))))
		decoder.UseNumber()
		var answer any
		if err := decoder.Decode(&answer); err != nil {
			t.Fatal(err)
		}
		collectLeaves(c.schema, c.schema.Query, answer, func(point string, field *ast.FieldDefinition, value any) {
			form, ok := forms[field.Type.Name()]
			if !ok || value == nil {
				return
			}
			seen[field.Type.Name()]++
			_, isNumber := value.(json.Number)
			if !form.MatchString(fmt.Sprint(value)) || isNumber != (field.Type.Name() == "Long") {
				t.Errorf("%s is %v", point, value)
			}
		})
	}
	if seen["DateTime"] < 5 || seen["Long"] < 5 {
		t.Errorf("seen %v: the test has lost its subject", seen)
	}
}

// largeNumbers has sizes that no Int holds.
func (c contract) largeNumbers(t *testing.T) {
	big := newPerson(t, c.p, "big")
	for range 2 {
		big.sized(75_000_000_000, "big.jpg", at("Big", 90))
	}
	want := `{"me":{"storedBytes":150000000000},"photos":{"nodes":[{"size":75000000000},{"size":75000000000}]},"archivePreview":{"totalBytes":150000000000}}`
	if got := big.data(`{ me { storedBytes } photos { nodes { size } } archivePreview(match: {any: ["Big"]}) { totalBytes } }`, nil); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	big.recorded("one byte.jpg", []byte("x"), at("Big", 90))
	big.wantError("150 GB and one byte are too much", `mutation { requestArchive(input: {match: {any: ["Big"]}}) { id } }`, nil, photos.LimitExceeded, "")
}
