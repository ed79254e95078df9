package runtimeapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxAnswer bounds an answer that is read as a whole, in bytes. Source: "Lambda quotas" in the developer guide: 6 MB, of a
// stream 200 MB.
const maxAnswer = 200 << 20

// FunctionError is what a function says of its failure: an error of its handler, a panic, or a stream that broke off.
type FunctionError struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// Error makes it an error.
func (e *FunctionError) Error() string {
	return fmt.Sprintf("the function failed: %s: %s", e.Type, e.Message)
}

// Response is the answer to an event. Its Body must be read to the end or closed: the function waits for that.
type Response struct {
	ContentType string
	Body        io.ReadCloser
	failure     *FunctionError
	trailer     func() *FunctionError
}

// answerBody lets the function go on when nobody reads any more.
type answerBody struct {
	io.Reader
	i *invocation
}

// Close ends the reading.
func (b *answerBody) Close() error {
	b.i.end()
	return nil
}

// Bytes reads the whole answer. The error is a *FunctionError where the function said that it broke off.
func (r *Response) Bytes() ([]byte, error) {
	defer r.Body.Close()
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
	if err != nil {
		return body, fmt.Errorf("runtimeapi: read the answer: %w", err)
	}
	if failure := r.trailer(); failure != nil {
		return body, failure
	}
	return body, nil
}

// HTTP is the answer of a function behind a Function URL that streams.
type HTTP struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Cookies    []string          `json:"cookies"`
	Body       io.ReadCloser     `json:"-"`
}

// integration is the media type of such answers: a JSON object, eight zero bytes, and the body.
const integration = "application/vnd.awslambda.http-integration-response"

// HTTP reads the status and headers of a streamed answer, and leaves its body to be read as it comes.
func (r *Response) HTTP() (*HTTP, error) {
	if r.ContentType != integration {
		return nil, fmt.Errorf("runtimeapi: the answer is %s, not %s", r.ContentType, integration)
	}
	var prelude bytes.Buffer
	var one [1]byte
	for zeros := 0; zeros < 8; {
		if prelude.Len() > 1<<20 {
			return nil, errors.New("runtimeapi: the answer has no end of its headers")
		}
		if _, err := io.ReadFull(r.Body, one[:]); err != nil {
			return nil, fmt.Errorf("runtimeapi: read the headers of the answer: %w", err)
		}
		if one[0] == 0 {
			zeros++
			continue
		}
		zeros = 0
		prelude.WriteByte(one[0])
	}
	h := &HTTP{Body: r.Body}
	if err := json.Unmarshal(prelude.Bytes(), h); err != nil {
		return nil, fmt.Errorf("runtimeapi: read the headers of the answer: %w", err)
	}
	return h, nil
}

// trailerError reads how a stream broke off; nil where it did not. Source: "Response streaming in custom runtimes" in the
// Lambda developer guide.
func trailerError(trailer http.Header) *FunctionError {
	kind := trailer.Get("Lambda-Runtime-Function-Error-Type")
	if kind == "" {
		return nil
	}
	failure := &FunctionError{Type: kind}
	if body, err := base64.StdEncoding.DecodeString(trailer.Get("Lambda-Runtime-Function-Error-Body")); err == nil {
		_ = json.Unmarshal(body, failure) // the kind is known already
	}
	return failure
}
