package appsync_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"pam/internal/appsync"
	"pam/internal/photos"
)

// event reads an event of testdata, with the token in its place.
func (h *harness) event(name, token string) json.RawMessage {
	h.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		h.Fatal(err)
	}
	return json.RawMessage(strings.ReplaceAll(string(text), "TOKEN", token))
}

// answer is the value of an event alone.
func (h *harness) answer(event json.RawMessage) string {
	h.Helper()
	value, err := h.handler.Handle(h.Context(), event)
	if err != nil {
		h.Fatal(err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		h.Fatal(err)
	}
	return string(text)
}

func TestDocumentedEvents(t *testing.T) {
	h := newHarness(t)
	token := h.token()
	h.addPhotos(h.caller(token).Owner, "Fox", "Dog", "Animal")

	got := h.answer(h.event("query-labels.json", token))
	want := `{"nodes":[{"name":"Fox","photos":{"nodes":[{"fileName":"photo \"2\".jpg"}]},"id":"Fox@80"},` +
		`{"name":"Dog","photos":{"nodes":[{"fileName":"photo \"1\".jpg"}]},"id":"Dog@80"}],"totalCount":3}`
	if diff := cmp.Diff(h.decoded([]byte(want)), h.decoded([]byte(got))); diff != "" {
		t.Errorf("labels, by name and with the ids that nested resolvers need: (-want +got)\n%s", diff)
	}

	upload := h.answer(h.event("mutation-upload-url.json", token))
	if !strings.Contains(upload, `"status":"PENDING"`) || !strings.Contains(upload, `"method":"PUT"`) {
		t.Errorf("uploadUrl, whose selection begins with the field itself as in AWS's example: %s", upload)
	}

	value, err := h.handler.Handle(h.Context(), h.event("batch-photo-url.json", token))
	if err != nil {
		t.Fatal(err)
	}
	results := value.([]appsync.Result)
	if len(results) != 2 || !strings.Contains(string(results[0].Data), "X-Amz-Expires=60") || results[0].ErrorType != "" {
		t.Fatalf("a batch is answered one by one: %+v", results)
	}
	if r := results[1]; string(r.Data) != "null" || r.ErrorType != "NOT_FOUND" || r.ErrorMessage == "" {
		t.Errorf("a photo that is not there: %+v", r)
	}
}

func TestErrors(t *testing.T) {
	h := newHarness(t)
	all, reading := h.token(), h.token("pam/labels.read")
	const info = `"info": {"parentTypeName": "Query", "fieldName": "labels", "variables": {}, "selectionSetList": ["totalCount"], "selectionSetGraphQL": "{ totalCount }"}`
	request := func(token string) string { return `"request": {"headers": {"authorization": "` + token + `"}}` }
	selecting := func(parent, field, selection string) string {
		quoted, _ := json.Marshal(selection)
		return `"info": {"parentTypeName": "` + parent + `", "fieldName": "` + field + `", "selectionSetGraphQL": ` + string(quoted) + `}`
	}
	for _, tc := range []struct {
		name, reason, event string
		code                photos.Code
		field               string
	}{
		{"no token", "AppSync may have let the request in by a key", `{"arguments": {}, "request": {"headers": {}}, ` + info + `}`, photos.Unauthenticated, ""},
		{"identity alone", "who calls the function can write any identity", `{"identity": {"sub": "dan"}, ` + info + `}`, photos.Unauthenticated, ""},
		{"bad token", "it is verified again", `{` + request("nonsense") + `, ` + info + `}`, photos.Unauthenticated, ""},
		{"two tokens", "whichever we took, AppSync may have checked the other", `{"request": {"headers": {"authorization": "` + all + `", "Authorization": "` + all + `"}}, ` + info + `}`, photos.Unauthenticated, ""},
		{"missing scope", "@scope holds although the schema of AppSync lacks it", `{` + request(reading) + `, ` + selecting("Query", "photos", "{ totalCount }") + `}`, photos.Forbidden, ""},
		{"value", "rules name the argument", `{"arguments": {"first": 501}, ` + request(all) + `, ` + info + `}`, photos.BadUserInput, "first"},
		{"kind of value", "so do types", `{"arguments": {"first": "many"}, ` + request(all) + `, ` + info + `}`, photos.BadUserInput, "first"},
		{"not found", "as over HTTP", `{"arguments": {"id": "x"}, ` + request(all) + `, ` + selecting("Query", "photo", "{ id }") + `}`, photos.NotFound, ""},
		{"unknown argument", "a schema of another time", `{"arguments": {"last": 5}, ` + request(all) + `, ` + info + `}`, photos.BadUserInput, "arguments"},
		{"unknown type", "not of the contract", `{` + request(all) + `, ` + selecting("Animal", "labels", "{ totalCount }") + `}`, photos.BadUserInput, "info.parentTypeName"},
		{"unknown field", "not of the contract", `{` + request(all) + `, ` + selecting("Query", "everything", "{ totalCount }") + `}`, photos.BadUserInput, "info.fieldName"},
		{"field without resolver", "it comes with its parent", `{` + request(all) + `, ` + selecting("Label", "count", "") + `}`, photos.BadUserInput, "info.fieldName"},
		{"nested without source", "nothing says whose", `{` + request(all) + `, ` + selecting("Label", "photos", "{ totalCount }") + `}`, photos.BadUserInput, "source.id"},
		{"subscription", "they come over HTTP", `{"arguments": {"id": "x"}, ` + request(all) + `, ` + selecting("Subscription", "archive", "{ id }") + `}`, photos.BadUserInput, "info.fieldName"},
		{"introspection", "AppSync does that itself", `{` + request(all) + `, ` + selecting("Query", "__schema", "{ types { name } }") + `}`, photos.BadUserInput, "info.fieldName"},
		{"selection", "not GraphQL", `{` + request(all) + `, ` + selecting("Query", "labels", "{ totalCount") + `}`, photos.BadUserInput, "info.selectionSetGraphQL"},
		{"selection that breaks out", "a selection is one, and not the rest of a document", `{` + request(all) + `, ` + selecting("Query", "labels", "{ totalCount } query B { me { id } }") + `}`, photos.BadUserInput, "info.selectionSetGraphQL"},
		{"unknown field below", "the schema decides", `{` + request(all) + `, ` + selecting("Query", "labels", "{ secret }") + `}`, photos.BadUserInput, "info.selectionSetGraphQL"},
		{"foreign fragment", "no other type can stand there", `{` + request(all) + `, ` + selecting("Query", "labels", "{ ... on Photo { id } }") + `}`, photos.BadUserInput, "info.selectionSetGraphQL"},
		{"too deep", "limits hold", `{` + request(all) + `, ` + selecting("Query", "labels", strings.Repeat("{ nodes { photos { nodes { labels { name } } } } ", 1)+strings.Repeat("... {", 4000)) + `}`, photos.BadUserInput, "info.selectionSetGraphQL"},
		{"too dear", "limits hold", `{"arguments": {"first": 500}, ` + request(all) + `, ` + selecting("Query", "labels", "{ nodes { photos(first: 100) { nodes { id url } } } }") + `}`, photos.LimitExceeded, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "id-of-the-invocation"})
			if !appsync.Is(json.RawMessage(tc.event)) {
				t.Fatal("not an event")
			}
			value, err := h.handler.Handle(ctx, json.RawMessage("["+tc.event+"]"))
			if err != nil {
				t.Fatal(err)
			}
			r := value.([]appsync.Result)[0]
			if r.ErrorType != string(tc.code) || r.ErrorMessage == "" || r.ErrorInfo.RequestID != "id-of-the-invocation" || r.ErrorInfo.Field != tc.field {
				t.Errorf("%s: %+v %+v, want %s in %q", tc.reason, r, r.ErrorInfo, tc.code, tc.field)
			}
			var failure messages.InvokeResponse_Error
			if _, err := h.handler.Handle(ctx, json.RawMessage(tc.event)); !errors.As(err, &failure) || failure.Type != string(tc.code) {
				t.Errorf("%s: alone it fails with %v, want the type %s", tc.reason, err, tc.code)
			}
		})
	}
}

// TestEveryField asks for each field of Query and Mutation once.
func TestEveryField(t *testing.T) {
	h := newHarness(t)
	token := h.token()
	h.addPhotos(h.caller(token).Owner, "Fox")
	const match = `{"match": {"any": ["Fox"]}}`
	file := map[string]any{"fileName": "a.png", "contentType": "image/png", "size": 5, "crc32": "AAAAAA=="}
	archive, tested := "", map[string]bool{}
	schema := h.handler.Schema()
	for _, tc := range []struct {
		field     string
		arguments func() any
		want      string
	}{
		{"me", func() any { return nil }, `"__typename":"Viewer"`},
		{"labels", func() any { return map[string]any{"search": "fo"} }, `"__typename":"LabelConnection"`},
		{"label", func() any { return map[string]any{"name": "Fox"} }, `"__typename":"Label"`},
		{"photos", func() any { return json.RawMessage(match) }, `"__typename":"PhotoConnection"`},
		{"photo", func() any { return map[string]any{"id": "01K00000000000000000000000"} }, `"__typename":"Photo"`},
		{"archivePreview", func() any { return json.RawMessage(match) }, `"__typename":"ArchivePreview"`},
		{"uploadUrl", func() any { return map[string]any{"input": file} }, `"__typename":"UploadUrl"`},
		{"uploadUrls", func() any { return map[string]any{"inputs": []any{file, file}} }, `"__typename":"UploadUrlResult"},{`},
		{"requestArchive", func() any { return map[string]any{"input": json.RawMessage(match)} }, `"__typename":"Archive"`},
		{"archive", func() any { return map[string]any{"id": archive} }, `"__typename":"Archive"`},
		{"archives", func() any { return map[string]any{"first": 1} }, `"__typename":"ArchiveConnection"`},
		{"cancelArchive", func() any { return map[string]any{"id": archive} }, `"__typename":"Archive"`},
		{"notices", func() any { return nil }, `"__typename":"NoticeConnection"`},
		{"notifyMe", func() any { return map[string]any{"channel": "EMAIL"} }, `"__typename":"NoticeSubscription"`},
		{"deletePhotos", func() any { return map[string]any{"ids": []string{"01K00000000000000000000000"}} }, `"__typename":"DeletePhotosPayload"`},
	} {
		parent := "Query"
		if schema.Mutation.Fields.ForName(tc.field) != nil {
			parent = "Mutation"
		}
		event, err := json.Marshal(map[string]any{
			"arguments": tc.arguments(), "request": map[string]any{"headers": map[string]any{"Authorization": token}},
			"info": map[string]any{"fieldName": tc.field, "parentTypeName": parent, "selectionSetGraphQL": "{ __typename }"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if tc.field == "requestArchive" {
			event = []byte(strings.Replace(string(event), "{ __typename }", "{ __typename id }", 1))
		}
		value, err := h.handler.Handle(t.Context(), event)
		if err != nil {
			t.Errorf("%s: %v", tc.field, err)
			continue
		}
		if got := string(value.(json.RawMessage)); !strings.Contains(got, tc.want) {
			t.Errorf("%s: %s, want %s", tc.field, got, tc.want)
		}
		if tc.field == "requestArchive" {
			archive = h.decoded(value.(json.RawMessage)).(map[string]any)["id"].(string)
		}
		tested[tc.field] = true
	}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation} {
		for _, f := range root.Fields {
			if !tested[f.Name] && !strings.HasPrefix(f.Name, "__") {
				t.Errorf("%s.%s is not tested", root.Name, f.Name)
			}
		}
	}
}

func TestIs(t *testing.T) {
	for event, want := range map[string]bool{
		`{"info": {"fieldName": "labels", "parentTypeName": "Query"}}`:   true,
		`[{"info": {"fieldName": "labels", "parentTypeName": "Query"}}]`: true,
		`[]`:                         false,
		`{"info": "labels"}`:         false,
		`{"version": "2.0"}`:         false,
		`{"Records": []}`:            false,
		`nonsense`:                   false,
		`[{"eventSource":"aws:s3"}]`: false,
	} {
		if appsync.Is(json.RawMessage(event)) != want {
			t.Errorf("%s: want %v", event, want)
		}
	}
}
