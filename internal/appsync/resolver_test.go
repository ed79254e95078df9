package appsync_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pam/internal/appsync"
)

// resolverCall is a call of one of the resolver's two functions.
type resolverCall struct {
	Call string         `json:"call"`
	Ctx  map[string]any `json:"ctx"`
}

// outcome is what came of it.
type outcome struct {
	Value    any
	Error    *fieldError
	Appended []fieldError
}

// fieldError is what util.error and util.appendError are given.
type fieldError struct {
	Message, Type string
	Data          any
	Info          map[string]any
}

// run has node execute resolver.js, with a stand-in for AppSync's module.
func run(t *testing.T, calls ...resolverCall) []outcome {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node to execute resolver.js")
	}
	folder := t.TempDir()
	for from, to := range map[string]string{
		"resolver.js":                "resolver.js",
		"testdata/resolver/run.js":   "run.js",
		"testdata/resolver/utils.js": "node_modules/@aws-appsync/utils/index.js",
	} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, to), text)
	}
	write(t, filepath.Join(folder, "package.json"), []byte(`{"type":"module"}`))
	write(t, filepath.Join(folder, "node_modules/@aws-appsync/utils/package.json"), []byte(`{"name":"@aws-appsync/utils","type":"module","main":"index.js"}`))
	input, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	command := exec.CommandContext(t.Context(), node, "run.js")
	command.Dir, command.Stdin, command.Stdout, command.Stderr = folder, bytes.NewReader(input), &out, &log
	if err := command.Run(); err != nil {
		t.Fatalf("node: %v\n%s", err, log.String())
	}
	var outcomes []outcome
	if err := json.Unmarshal(out.Bytes(), &outcomes); err != nil || len(outcomes) != len(calls) {
		t.Fatalf("%v: %d outcomes of %d calls\n%s", err, len(outcomes), len(calls), out.String())
	}
	return outcomes
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestResolverRequest(t *testing.T) {
	info := map[string]any{
		"fieldName": "labels", "parentTypeName": "Query", "variables": map[string]any{"n": 2.0},
		"selectionSetList": []any{"totalCount"}, "selectionSetGraphQL": "{ totalCount }",
	}
	ctx := map[string]any{
		"arguments": map[string]any{"first": 2.0}, "source": map[string]any{"id": "x"}, "stash": map[string]any{}, "prev": nil,
		"identity": map[string]any{"sub": "dan"}, "info": info,
		"request": map[string]any{"headers": map[string]any{"authorization": "token"}, "domainName": nil},
	}
	got := run(t, resolverCall{"request", ctx})[0]
	want := map[string]any{"operation": "BatchInvoke", "payload": map[string]any{
		"arguments": ctx["arguments"], "source": ctx["source"], "info": info,
		"request": map[string]any{"headers": map[string]any{"authorization": "token"}},
	}}
	if diff := cmp.Diff(any(want), got.Value); diff != "" || got.Error != nil {
		t.Errorf("error %+v; the function gets what it reads and no identity, which it would not believe (-want +got)\n%s", got.Error, diff)
	}
}

func TestResolverResponse(t *testing.T) {
	info := map[string]any{"field": "first", "requestId": "r"}
	result := func(fields map[string]any) map[string]any { return map[string]any{"result": fields} }
	cases := []struct {
		name, reason string
		ctx          map[string]any
		value        any
		err          *fieldError
		appended     []fieldError
	}{
		{"value", "it is the field's", result(map[string]any{"data": map[string]any{"totalCount": 3.0}}), map[string]any{"totalCount": 3.0}, nil, nil},
		{"null", "a field may be null without an error", result(map[string]any{"data": nil}), nil, nil, nil},
		{
			"error", "clients read the code in errorType, and field and request id in errorInfo",
			result(map[string]any{"data": nil, "errorMessage": "must be 1 to 500", "errorType": "BAD_USER_INPUT", "errorInfo": info}),
			nil, &fieldError{"must be 1 to 500", "BAD_USER_INPUT", nil, info}, nil,
		},
		{
			"value and error", "what there is is given in spite of the error",
			result(map[string]any{"data": map[string]any{"email": nil}, "errorMessage": "away", "errorType": "INTERNAL", "errorInfo": info}),
			map[string]any{"email": nil}, nil, []fieldError{{"away", "INTERNAL", nil, info}},
		},
		{
			"function failed", "there is no result then", map[string]any{"result": nil, "error": map[string]any{"message": "timed out", "type": "Lambda:Unhandled"}},
			nil, &fieldError{"timed out", "Lambda:Unhandled", nil, nil}, nil,
		},
	}
	calls := make([]resolverCall, len(cases))
	for i, c := range cases {
		calls[i] = resolverCall{"response", c.ctx}
	}
	outcomes := run(t, calls...)
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := outcomes[i]
			if len(got.Appended) == 0 {
				got.Appended = nil
			}
			if diff := cmp.Diff(outcome{c.value, c.err, c.appended}, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", c.reason, diff)
			}
		})
	}
}

// A batch goes the whole way: each field's request, the function with the list of them, each field's response.
func TestResolverBatch(t *testing.T) {
	h := newHarness(t)
	token := h.token()
	h.addPhotos(h.caller(token).Owner, "Fox", "Dog")
	ctx := func(id string) map[string]any {
		return map[string]any{
			"arguments": map[string]any{"expiresIn": 60}, "source": map[string]any{"id": id},
			"request": map[string]any{"headers": map[string]any{"authorization": token}},
			"info":    map[string]any{"fieldName": "url", "parentTypeName": "Photo", "variables": map[string]any{}, "selectionSetList": []any{}, "selectionSetGraphQL": ""},
		}
	}
	contexts := []map[string]any{ctx("01K00000000000000000000000"), ctx("01K00000000000000000000009"), ctx("01K00000000000000000000001")}
	var calls []resolverCall
	for _, c := range contexts {
		calls = append(calls, resolverCall{"request", c})
	}
	var payloads []any
	for _, o := range run(t, calls...) {
		payloads = append(payloads, o.Value.(map[string]any)["payload"])
	}
	event, err := json.Marshal(payloads)
	if err != nil {
		t.Fatal(err)
	}
	if !appsync.Is(event) {
		t.Fatalf("the function would not know it for AppSync's: %s", event)
	}
	answer, err := h.handler.Handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	calls = nil
	for i, result := range h.decoded(text).([]any) {
		contexts[i]["result"] = result
		calls = append(calls, resolverCall{"response", contexts[i]})
	}
	got := run(t, calls...)
	for _, i := range []int{0, 2} {
		if link, ok := got[i].Value.(string); !ok || link == "" || got[i].Error != nil {
			t.Errorf("field %d: %+v, want a link", i, got[i])
		}
	}
	if e := got[1].Error; got[1].Value != nil || e == nil || e.Type != "NOT_FOUND" || e.Message == "" || e.Info["requestId"] == nil {
		t.Errorf("a photo that is not there: %+v, error %+v: want its code, and the others' values all the same", got[1], e)
	}
}
