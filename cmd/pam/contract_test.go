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
		{"cancel", contract.cancel},
		{"reuse", contract.reuse},
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

// cancel stops a waiting archive, and stops it again.
func (c contract) cancel(t *testing.T) {
	x := newPerson(t, c.p, "canceller")
	id := x.queued("X")
	want := `{"cancelArchive":{"status":"CANCELLED","downloadUrl":null,"size":null,"readyAt":null,"expiresAt":null,"failure":null}}`
	for _, reason := range []string{"it was QUEUED", "it is CANCELLED and given as it is"} {
		if got := x.data(`mutation($id: ID!) { cancelArchive(id: $id) { status downloadUrl size readyAt expiresAt failure { code } } }`, vars("id", id)); got != want {
			t.Errorf("%s, but cancelling gives %s", reason, got)
		}
	}
	stream := x.answerAs("text/event-stream", `subscription($id: ID!) { archive(id: $id) { status } }`, vars("id", id))
	if !strings.Contains(stream, `{"archive":{"status":"CANCELLED"}}`) || !strings.Contains(stream, "event: complete") {
		t.Errorf("a stream of what is over says so and ends, but is %s", stream)
	}
	if got := x.data(`{ notices { totalCount } }`, nil); got != `{"notices":{"totalCount":0}}` {
		t.Errorf("who has cancelled needs no notice, but has %s", got)
	}
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
