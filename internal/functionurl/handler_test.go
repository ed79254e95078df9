package functionurl_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"pam/internal/functionurl"
	"pam/internal/requestid"
)

func documented(t testing.TB) json.RawMessage {
	t.Helper()
	text, err := os.ReadFile("testdata/post.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// serve answers the event and gives the answer's bytes, and the error in which they end.
func serve(t *testing.T, event json.RawMessage, h http.HandlerFunc) (*events.LambdaFunctionURLStreamingResponse, string, error) {
	t.Helper()
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "the-invocation"})
	value, err := functionurl.Serve(h)(ctx, event)
	if err != nil {
		t.Fatal(err)
	}
	response := value.(*events.LambdaFunctionURLStreamingResponse)
	if response.Body == nil {
		return response, "", nil
	}
	text, err := io.ReadAll(response.Body)
	if closeErr := response.Close(); closeErr != nil {
		t.Error(closeErr)
	}
	return response, string(text), err
}

func TestRequest(t *testing.T) {
	if !functionurl.Is(documented(t)) {
		t.Error("the documented event is not known as one")
	}
	response, text, err := serve(t, documented(t), func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Seen", r.Method+" "+r.URL.RequestURI()+" "+requestid.From(r.Context()))
		w.WriteHeader(http.StatusTeapot)
		w.Write(body)
	})
	if err != nil || response.StatusCode != http.StatusTeapot || text != `{"query":"{ __typename }"}` {
		t.Errorf("%d, %q, %v", response.StatusCode, text, err)
	}
	if got := response.Headers["X-Seen"]; got != "POST /graphql?a=1&b=%20 the-invocation" {
		t.Errorf("the request was %q", got)
	}
}

func TestStreaming(t *testing.T) {
	read := make(chan struct{})
	value, err := functionurl.Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "one")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error("a stream must be able to flush:", err)
		}
		<-read // only goes on when the first part has arrived
		io.WriteString(w, "two")
	}))(t.Context(), documented(t))
	if err != nil {
		t.Fatal(err)
	}
	body := value.(*events.LambdaFunctionURLStreamingResponse).Body
	part := make([]byte, 3)
	if _, err := io.ReadFull(body, part); err != nil || string(part) != "one" {
		t.Fatalf("%q, %v", part, err)
	}
	close(read)
	if rest, err := io.ReadAll(body); err != nil || string(rest) != "two" {
		t.Errorf("%q, %v", rest, err)
	}
}

func TestPanics(t *testing.T) {
	if _, text, err := serve(t, documented(t), func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		panic(http.ErrAbortHandler)
	}); err == nil || text != "half" {
		t.Errorf("%q, %v: half an answer must not look whole", text, err)
	}
}

func TestMalformed(t *testing.T) {
	never := func(http.ResponseWriter, *http.Request) { t.Error("the handler was asked") }
	if _, err := functionurl.Serve(http.HandlerFunc(never))(t.Context(), json.RawMessage(`{"headers": 5}`)); err == nil {
		t.Error("an event that is none is an error")
	}
	broken := strings.Replace(string(documented(t)), `"rawPath": "/graphql"`, `"rawPath": "/%zz"`, 1)
	if response, _, err := serve(t, json.RawMessage(broken), never); err != nil || response.StatusCode != http.StatusBadRequest {
		t.Errorf("a path that is none is the client's mistake: %v, %v", response, err)
	}
}

// FuzzServe holds that no event of a Function URL makes the function panic, and that each is answered to its end.
func FuzzServe(f *testing.F) {
	f.Add([]byte(documented(f)))
	f.Add([]byte(`{"rawPath":"@evil/","requestContext":{"domainName":"a","http":{"method":"GET"}},"headers":{"x":"\u0000"}}`))
	f.Fuzz(func(t *testing.T, event []byte) {
		functionurl.Is(event)
		value, err := functionurl.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "" || r.URL.Path[0] != '/' {
				t.Errorf("a path without a slash: %q", r.URL.Path)
			}
			io.Copy(w, r.Body)
		}))(t.Context(), event)
		if err != nil {
			return
		}
		if response := value.(*events.LambdaFunctionURLStreamingResponse); response.Body != nil {
			io.Copy(io.Discard, response.Body)
		}
	})
}
