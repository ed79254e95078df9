package conformance_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"pam/internal/photos"
	"pam/internal/runtimeapi"
)

// client asks the api function for a person, as events of its Function URL and of AppSync.
type client struct {
	*testing.T
	function *runtimeapi.Function
	token    string
}

// failure is an error of an answer.
type failure struct {
	Message    string
	Extensions struct{ Code photos.Code }
}

// event reads an event of another package's testdata, which is written after AWS's documentation.
func (c client) event(path ...string) map[string]any {
	c.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"..", "internal"}, path...)...))
	if err != nil {
		c.Fatal(err)
	}
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		c.Fatal(err)
	}
	return event
}

// overURL asks over the Function URL, and gives data and errors of the answer.
func (c client) overURL(query string, variables map[string]any) (json.RawMessage, []failure) {
	c.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		c.Fatal(err)
	}
	event := c.event("functionurl", "testdata", "post.json")
	event["body"], event["isBase64Encoded"] = base64.StdEncoding.EncodeToString(body), true
	event["headers"].(map[string]any)["authorization"] = "Bearer " + c.token
	text, err := json.Marshal(event)
	if err != nil {
		c.Fatal(err)
	}
	response, err := c.function.Invoke(c.Context(), text)
	if err != nil {
		c.Fatalf("%s: %v", query, err)
	}
	head, err := response.HTTP()
	if err != nil {
		c.Fatal(err)
	}
	answered, err := response.Bytes()
	if err != nil {
		c.Fatal(err)
	}
	var got struct {
		Data   json.RawMessage
		Errors []failure
	}
	if err := json.Unmarshal(answered, &got); err != nil {
		c.Fatalf("status %d: %v\n%.500s", head.StatusCode, err, answered)
	}
	return got.Data, got.Errors
}

// ask asks what must be answered, into a value.
func (c client) ask(query string, variables map[string]any, into any) {
	c.Helper()
	data, failures := c.overURL(query, variables)
	if len(failures) > 0 {
		c.Fatalf("%s: %+v", query, failures)
	}
	if err := json.Unmarshal(data, into); err != nil {
		c.Fatalf("%v\n%s", err, data)
	}
}

// overAppSync asks as a resolver of a root field does, and gives the field's value.
func (c client) overAppSync(field, selection string, selected []string, arguments map[string]any) json.RawMessage {
	c.Helper()
	event := c.event("appsync", "testdata", "query-labels.json")
	event["arguments"] = arguments
	event["request"].(map[string]any)["headers"].(map[string]any)["authorization"] = c.token
	info := event["info"].(map[string]any)
	info["fieldName"], info["selectionSetGraphQL"], info["selectionSetList"], info["variables"] = field, selection, selected, map[string]any{}
	text, err := json.Marshal(event)
	if err != nil {
		c.Fatal(err)
	}
	value, err := c.function.InvokeBytes(c.Context(), text)
	if err != nil {
		c.Fatalf("AppSync's %s: %v", field, err)
	}
	return value
}

// file is a file that is uploaded.
type file struct {
	name, contentType string
	bytes             []byte
}

// upload is a photo that was announced, and how to send its bytes.
type upload struct {
	Photo       struct{ ID, Status string }
	URL, Method string
	Headers     []struct{ Name, Value string }
	file        file
	key         string
}

// announce begins uploads of files.
func (c client) announce(files ...file) []upload {
	c.Helper()
	inputs := make([]map[string]any, len(files))
	for i, f := range files {
		inputs[i] = map[string]any{
			"fileName": f.name, "contentType": f.contentType, "size": len(f.bytes),
			"crc32": crc32Of(f.bytes),
		}
	}
	var got struct {
		UploadUrls []struct {
			UploadURL *upload
			Error     *struct{ Message string }
		}
		Me struct{ ID string }
	}
	c.ask(`mutation($inputs:[UploadUrlInput!]!){uploadUrls(inputs:$inputs){uploadUrl{photo{id status} url method headers{name value}} error{message}}}`, map[string]any{"inputs": inputs}, &got)
	c.ask(`{me{id}}`, nil, &got)
	uploads := make([]upload, len(files))
	for i, result := range got.UploadUrls {
		if result.UploadURL == nil {
			c.Fatalf("%s: %+v", files[i].name, result.Error)
		}
		uploads[i] = *result.UploadURL
		uploads[i].file, uploads[i].key = files[i], photos.PhotoPrefix+got.Me.ID+"/"+result.UploadURL.Photo.ID
	}
	return uploads
}

// crc32Of is a CRC-32 as S3 and the API write it.
func crc32Of(content []byte) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(content)))
}

// put sends the bytes of an upload.
func put(t *testing.T, u upload) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), u.Method, u.URL, bytes.NewReader(u.file.bytes))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range u.Headers {
		request.Header.Set(h.Name, h.Value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("put %s: %s, %v\n%s", u.file.name, response.Status, err, text)
	}
}

// fetch gets what is behind a signed link.
func fetch(t *testing.T, link string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("get a link: %s, %v\n%.500s", response.Status, err, content)
	}
	return content
}
