package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"pam/internal/photos"
)

// refusal is a request that does not get as far as the executor: an HTTP status, whatever the media type, and why.
type refusal struct {
	status int
	err    *photos.Error
}

// Error makes a refusal an error.
func (r *refusal) Error() string { return r.err.Error() }

// Unwrap gives what the client is told.
func (r *refusal) Unwrap() error { return r.err }

func refuse(status int, code photos.Code, format string, args ...any) *refusal {
	return &refusal{status: status, err: photos.Errorf(code, format, args...)}
}

// readParams reads the parameters of a GraphQL request. What is wrong is told without quoting the request: it may hold
// what nobody else should see, and would come back unescaped by some clients.
func readParams(r *http.Request) (*graphql.RawParams, error) {
	var (
		params *graphql.RawParams
		err    error
	)
	switch r.Method {
	case http.MethodGet:
		params, err = queryParams(r.URL.RawQuery)
	case http.MethodPost:
		params, err = bodyParams(r)
	default:
		return nil, refuse(http.StatusMethodNotAllowed, photos.BadUserInput, "use POST, or GET for queries")
	}
	if err != nil {
		return nil, err
	}
	if params.Query == "" && params.Extensions["persistedQuery"] == nil {
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the request has no query")
	}
	params.Headers = r.Header
	return params, nil
}

// bodyParams reads a POST.
func bodyParams(r *http.Request) (*graphql.RawParams, error) {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != plainJSON {
		return nil, refuse(http.StatusUnsupportedMediaType, photos.BadUserInput, "the Content-Type of a POST must be %s", plainJSON)
	}
	if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return nil, refuse(http.StatusUnsupportedMediaType, photos.BadUserInput, "the request must be UTF-8")
	}
	body, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, refuse(http.StatusRequestEntityTooLarge, photos.LimitExceeded,
			"the request is larger than 1 MiB (%d bytes)", MaxBodySize)
	case err != nil:
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the request ended before it was complete")
	case !utf8.Valid(body):
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the request must be UTF-8")
	case bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")):
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "batches are not supported: send one operation a request")
	}
	var raw struct {
		Query         any `json:"query"`
		OperationName any `json:"operationName"`
		Variables     any `json:"variables"`
		Extensions    any `json:"extensions"`
	}
	if err := decodeJSON(body, &raw); err != nil {
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the request is not a JSON object")
	}
	return newParams(raw.Query, raw.OperationName, raw.Variables, raw.Extensions)
}

// queryParams reads a GET.
func queryParams(rawQuery string) (*graphql.RawParams, error) {
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the query string is malformed")
	}
	values := map[string]any{"query": nil, "operationName": nil, "variables": nil, "extensions": nil}
	for name := range values {
		switch given := query[name]; {
		case len(given) > 1:
			return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the parameter %s stands there twice", name)
		case len(given) == 0 || given[0] == "":
			continue
		case !utf8.ValidString(given[0]):
			return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the request must be UTF-8")
		default:
			values[name] = given[0]
		}
	}
	for _, name := range []string{"variables", "extensions"} {
		text, ok := values[name].(string)
		if !ok {
			continue
		}
		var value any
		if err := decodeJSON([]byte(text), &value); err != nil {
			return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the parameter %s is not JSON", name)
		}
		values[name] = value
	}
	return newParams(values["query"], values["operationName"], values["variables"], values["extensions"])
}

// newParams checks the kinds of the parameters; each may be missing or null.
func newParams(query, operationName, variables, extensions any) (*graphql.RawParams, error) {
	params := new(graphql.RawParams)
	var ok bool
	if params.Query, ok = query.(string); !ok && query != nil {
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the parameter query must be a string")
	}
	if params.OperationName, ok = operationName.(string); !ok && operationName != nil {
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the parameter operationName must be a string")
	}
	if params.Variables, ok = variables.(map[string]any); !ok && variables != nil {
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the parameter variables must be an object")
	}
	if params.Extensions, ok = extensions.(map[string]any); !ok && extensions != nil {
		return nil, refuse(http.StatusBadRequest, photos.BadUserInput, "the parameter extensions must be an object")
	}
	return params, nil
}

// decodeJSON reads one JSON value and nothing after it. Numbers stay as they were written, so that 64 bits survive.
func decodeJSON(text []byte, value any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(value); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("decode: text after the value")
	}
	return nil
}
