package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pam/internal/photos"
)

// get fetches an address with a header.
func get(t *testing.T, address string, header ...string) (status string, h http.Header, body []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.Status, res.Header, body
}

// links takes links of the shortest and the longest life.
func (c contract) links(t *testing.T) {
	for _, seconds := range []int{60, 3600} {
		var out struct{ Photo struct{ URL string } }
		c.do(`query($id: ID!, $n: Int) { photo(id: $id) { url(expiresIn: $n) } }`, vars("id", c.fox.ID, "n", seconds), &out)
		if !strings.Contains(out.Photo.URL, fmt.Sprintf("X-Amz-Expires=%d&", seconds)) {
			t.Errorf("a link of %d seconds is %s", seconds, out.Photo.URL)
		}
		status, header, body := get(t, out.Photo.URL)
		if status != "200 OK" || header.Get("Content-Type") != "image/jpeg" || !bytes.Equal(body, c.foxJPEG) {
			t.Errorf("the link gives %s, %s, %d bytes", status, header.Get("Content-Type"), len(body))
		}
	}
}

// archiveLink takes the link to a zip: its times, its name, and a part of it.
func (c contract) archiveLink(t *testing.T) {
	var out struct {
		Archive struct {
			DownloadURL        string
			Size               int64
			ReadyAt, ExpiresAt time.Time
		}
	}
	c.do(`query($id: ID!) { archive(id: $id) { downloadUrl size readyAt expiresAt } }`, vars("id", c.ready), &out)
	if got := out.Archive.ExpiresAt.Sub(out.Archive.ReadyAt); got != 24*time.Hour {
		t.Errorf("the archive is kept for %s", got)
	}
	link, err := url.Parse(out.Archive.DownloadURL)
	if err != nil || link.Query().Get("X-Amz-Expires") != "900" {
		t.Errorf("the link is %s, %v: it is good for at most 15 minutes", link, err)
	}
	status, header, body := get(t, out.Archive.DownloadURL, "Range", "bytes=0-3")
	if status != "206 Partial Content" || string(body) != "PK\x03\x04" || header.Get("Content-Range") != fmt.Sprintf("bytes 0-3/%d", out.Archive.Size) {
		t.Errorf("a part is %s, %q, %s", status, body, header.Get("Content-Range"))
	}
	disposition, parameters, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	if err != nil || disposition != "attachment" || parameters["filename"] != `The "Fox" é.zip` || header.Get("Content-Type") != "application/zip" {
		t.Errorf("Content-Disposition is %q, %v; Content-Type %q", header.Get("Content-Disposition"), err, header.Get("Content-Type"))
	}
}

// scopes asks for every field that the schema guards, with a token that has every scope but the one that it takes, and
// with one that has that scope alone or, for a field of a label, the label's as well.
func (c contract) scopes(t *testing.T) {
	operations := map[string]string{
		"Query.labels":            `{ labels { totalCount } }`,
		"Query.label":             `{ label(name: "Fox") { id } }`,
		"Query.photos":            `{ photos { totalCount } }`,
		"Query.photo":             `{ photo(id: "x") { id } }`,
		"Query.archivePreview":    `{ archivePreview(match: {any: ["Fox"]}) { photoCount } }`,
		"Query.archive":           `{ archive(id: "x") { id } }`,
		"Query.archives":          `{ archives { totalCount } }`,
		"Mutation.uploadUrl":      `mutation { uploadUrl(input: {fileName: "a", contentType: "x", size: 1, crc32: "x"}) { url } }`,
		"Mutation.uploadUrls":     `mutation { uploadUrls(inputs: []) { error { code } } }`,
		"Mutation.requestArchive": `mutation { requestArchive(input: {match: {}}) { id } }`,
		"Mutation.cancelArchive":  `mutation { cancelArchive(id: "x") { id } }`,
		"Mutation.deletePhotos":   `mutation { deletePhotos(ids: ["x"]) { deletedIds } }`,
		"Subscription.archive":    `subscription { archive(id: "x") { id } }`,
		"Subscription.labels":     `subscription { labels(minConfidence: 1) { at } }`,
		"Label.photos":            `{ label(name: "Fox") { photos { totalCount } } }`,
	}
	names := map[string]photos.Scope{
		"LABELS_READ": photos.ScopeLabelsRead, "PHOTOS_READ": photos.ScopePhotosRead,
		"PHOTOS_WRITE": photos.ScopePhotosWrite, "ARCHIVES": photos.ScopeArchives,
	}
	guarded := 0
	for _, def := range c.schema.Types {
		for _, field := range def.Fields {
			guard := field.Directives.ForName("scope")
			if guard == nil {
				continue
			}
			guarded++
			point := def.Name + "." + field.Name
			operation, ok := operations[point]
			if !ok {
				t.Errorf("%s is guarded but has no operation to test it with", point)
				continue
			}
			needs := names[guard.Arguments.ForName("requires").Value.Raw]
			enough, others := []photos.Scope{needs}, []photos.Scope{}
			if def.Name == "Label" {
				enough = append(enough, photos.ScopeLabelsRead)
			}
			for _, s := range photos.AllScopes() {
				if s != needs {
					others = append(others, s)
				}
			}
			accept := map[bool]string{true: "text/event-stream", false: "application/json"}[def.Name == "Subscription"]
			refused := newPerson(t, c.p, "dan", others...).answerAs(accept, operation, nil)
			if !strings.Contains(refused, `"code":"FORBIDDEN"`) || !strings.Contains(refused, string(needs)+",") {
				t.Errorf("%s without %s gives %s", point, needs, refused)
			}
			if allowed := newPerson(t, c.p, "dan", enough...).answerAs(accept, operation, nil); strings.Contains(allowed, "FORBIDDEN") {
				t.Errorf("%s with %v gives %s", point, enough, allowed)
			}
		}
	}
	if guarded != len(operations) {
		t.Errorf("%d fields are guarded, %d tested", guarded, len(operations))
	}
}

// labelsAlone is a third party's token that may read labels and no more.
func (c contract) labelsAlone(t *testing.T) {
	x := newPerson(t, c.p, "dan", photos.ScopeLabelsRead)
	want := fmt.Sprintf(`{"me":{"id":%q,"scopes":["LABELS_READ"],"photoCount":5}}`, c.owner)
	if got := x.data(`{ me { id scopes photoCount } }`, nil); got != want {
		t.Errorf("me is %s, want %s", got, want)
	}
	if got := x.data(`{ notices { nodes { kind archive { id } } } }`, nil); !strings.Contains(got, `{"kind":"ARCHIVE_READY","archive":null}`) || strings.Contains(got, `"id"`) {
		t.Errorf("notices are %s: their archive takes another scope", got)
	}
	if got := x.data(`{ labels(first: 1) { nodes { name count } } }`, nil); got != `{"labels":{"nodes":[{"name":"Animal","count":2}]}}` {
		t.Errorf("labels are %s", got)
	}
}

// uploadsAlone is a token that may upload and not read: the answer to an upload opens no photo.
func (c contract) uploadsAlone(t *testing.T) {
	x := newPerson(t, c.p, "dan", photos.ScopePhotosWrite)
	input := vars("in", vars("fileName", "fox.jpg", "contentType", "image/jpeg", "size", len(c.foxJPEG), "crc32", crcText(c.foxJPEG), "sha256", sumText(c.foxJPEG)))
	want := fmt.Sprintf(`{"uploadUrl":{"duplicateOf":{"id":%q},"photo":{"id":%q},"url":null,"method":null,"headers":[],"expiresAt":null}}`, c.fox.ID, c.fox.ID)
	if got := x.data(`mutation($in: UploadUrlInput!) { uploadUrl(input: $in) { duplicateOf { id } photo { id } url method headers { name } expiresAt } }`, input); got != want {
		t.Errorf("a file that is there already gives %s, want %s", got, want)
	}
	for _, field := range []string{"url", "thumbnailUrl"} {
		x.wantError("a link takes the scope to read", `mutation($in: UploadUrlInput!) { uploadUrl(input: $in) { photo { `+field+` } } }`, input, photos.Forbidden, "")
	}
}

// http asks over plain HTTP for what surrounds the API.
func (c contract) http(t *testing.T) {
	bearer := "Bearer " + c.token
	query := func(parameters ...string) string {
		q := url.Values{}
		for i := 0; i < len(parameters); i += 2 {
			q.Set(parameters[i], parameters[i+1])
		}
		return c.site + "/graphql?" + q.Encode()
	}
	const fox = `{"data":{"label":{"id":"Fox@55"}}}`
	const document = `query($n: String!) { label(name: $n) { id } }`
	persisted := fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":%q}}`, sumText([]byte(document)))
	for _, tt := range []struct{ name, reason, address, status, want string }{
		{"query over GET", "queries change nothing", query("query", document, "variables", `{"n":"Fox"}`), "200 OK", fox},
		{"mutation over GET", "links change nothing", query("query", `mutation { notifyMe(channel: EMAIL) { address } }`), "405 Method Not Allowed", `"code":"BAD_USER_INPUT"`},
		{"persisted query, unknown", "the client is told to send it", query("extensions", persisted, "variables", `{"n":"Fox"}`), "200 OK", "PersistedQueryNotFound"},
		{"persisted query, sent", "it is kept", query("query", document, "extensions", persisted, "variables", `{"n":"Fox"}`), "200 OK", fox},
		{"persisted query, known", "its hash will do", query("extensions", persisted, "variables", `{"n":"Fox"}`), "200 OK", fox},
		{"contract", "it is the file, word for word", c.site + "/schema.graphql", "200 OK", c.text},
		{"GraphiQL", "people try queries there", c.site + "/graphiql", "200 OK", "<!doctype html>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, _, body := get(t, tt.address, "Authorization", bearer, "Accept", "application/json, */*;q=0.1")
			if status != tt.status || !strings.Contains(strings.ToLower(string(body)), strings.ToLower(tt.want)) {
				t.Errorf("%s: %s %.300s", tt.reason, status, body)
			}
		})
	}
	t.Run("health", func(t *testing.T) {
		var health struct {
			Status string
			Checks []struct {
				Name string
				OK   bool
			}
		}
		getJSON(t, c.site+"/healthz", &health)
		if health.Status != "ok" || fmt.Sprint(health.Checks) != "[{catalog true} {queue true} {objects true}]" {
			t.Errorf("health is %+v", health)
		}
	})
	t.Run("settings", func(t *testing.T) {
		var config struct {
			Issuer, ClientID, Live string
			Scopes                 []string
		}
		getJSON(t, c.site+"/config.json", &config)
		var discovery struct{ Issuer string }
		getJSON(t, config.Issuer+"/.well-known/openid-configuration", &discovery)
		if discovery.Issuer != config.Issuer || config.ClientID != pagesClient || config.Live != "sse" || len(config.Scopes) < 5 {
			t.Errorf("settings are %+v, the issuer is %s", config, discovery.Issuer)
		}
	})
	t.Run("no token", func(t *testing.T) {
		for _, accept := range []string{"application/json", "application/graphql-response+json"} {
			status, _, body := get(t, query("query", "{ me { id } }"), "Accept", accept)
			var answer struct{ Errors []graphQLError }
			err := json.Unmarshal(body, &answer)
			if err != nil || len(answer.Errors) != 1 || answer.Errors[0].Extensions["code"] != "UNAUTHENTICATED" || status != "200 OK" && !strings.HasPrefix(status, "401") {
				t.Errorf("%s: %s %s", accept, status, body)
			}
		}
	})
}
