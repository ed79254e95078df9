package runtimeapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pam/internal/aws/settings"
	"pam/internal/runtimeapi"
)

// lambda is the four functions as they are deployed, built for this machine, before an AWS that has nothing: it answers
// each call with an empty object, or not at all.
type lambda struct {
	*testing.T
	folder string
	aws    *httptest.Server

	mu    sync.Mutex
	calls []string
	down  bool
}

func newLambda(t *testing.T) *lambda {
	t.Helper()
	l := &lambda{T: t, folder: t.TempDir()}
	l.aws = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.calls = append(l.calls, r.Header.Get("X-Amz-Target"))
		if l.down {
			http.Error(w, `{"__type":"AccessDeniedException"}`, http.StatusBadRequest)
			return
		}
		io.WriteString(w, "{}")
	}))
	t.Cleanup(l.aws.Close)
	return l
}

// start builds a function and starts it; change adapts its environment.
func (l *lambda) start(name settings.Function, change ...string) (*runtimeapi.Function, *bytes.Buffer) {
	l.Helper()
	file := filepath.Join(l.folder, string(name))
	if _, err := os.Stat(file); err != nil {
		build := exec.CommandContext(l.Context(), "go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", file, "pam/lambda/"+string(name))
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := build.CombinedOutput(); err != nil {
			l.Fatalf("%v\n%s", err, text)
		}
	}
	env := append([]string{
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret", "AWS_ENDPOINT_URL=" + l.aws.URL,
		"PAM_TABLE=pam", "PAM_STORAGE_BUCKET=pam-storage", "PAM_WORKING_BUCKET=pam-working",
		"PAM_DETECTOR_QUEUE_URL=" + l.aws.URL + "/1/detector", "PAM_ARCHIVER_QUEUE_URL=" + l.aws.URL + "/1/archiver", "PAM_MAX_RECEIVES=5",
		"PAM_ISSUER=" + l.aws.URL + "/pool", "PAM_CLIENT_IDS=pages", "PAM_USER_POOL_ID=us-east-1_AbCdEfGhI", "PAM_SITE=https://photos.example.org",
		"PAM_STORE_ORIGIN=https://pam-storage.s3.us-east-1.amazonaws.com", "PAM_TOPIC_PREFIX=arn:aws:sns:us-east-1:111122223333:pam-",
	}, change...)
	logs := new(bytes.Buffer)
	f, err := runtimeapi.Start(l.Context(), runtimeapi.Config{Command: []string{file}, Env: env, Logs: logs})
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { f.Stop() })
	return f, logs
}

func (l *lambda) ready(f *runtimeapi.Function) {
	l.Helper()
	ctx, cancel := context.WithTimeout(l.Context(), time.Minute)
	defer cancel()
	if _, err := f.Ready(ctx); err != nil {
		l.Fatal(err)
	}
	if len(l.calls) > 0 {
		l.Errorf("a cold start asked for %v before any request", l.calls)
	}
}

// failure is what a function says of an event that it fails for.
func (l *lambda) failure(f *runtimeapi.Function, event string) *runtimeapi.FunctionError {
	l.Helper()
	answer, err := f.InvokeBytes(l.Context(), []byte(event))
	failure, ok := errors.AsType[*runtimeapi.FunctionError](err)
	if !ok {
		l.Fatalf("%s: %s, %v: want the function to fail", event, answer, err)
	}
	return failure
}

func TestAPI(t *testing.T) {
	l := newLambda(t)
	f, logs := l.start(settings.API)
	l.ready(f)
	url := func(method, path, body string) string {
		event, err := json.Marshal(map[string]any{
			"version": "2.0", "rawPath": path, "body": body, "headers": map[string]string{"content-type": "application/json", "host": "x.lambda-url.us-east-1.on.aws"},
			"requestContext": map[string]any{"domainName": "x.lambda-url.us-east-1.on.aws", "http": map[string]string{"method": method, "path": path}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(event)
	}
	for _, tc := range []struct {
		reason, event, header, value, body string
		status                             int
	}{
		{"GraphQL", url("POST", "/graphql", `{"query":"{ __typename }"}`), "Content-Type", "application/json; charset=utf-8", `{"data":{"__typename":"Query"}}`, 200},
		{"nobody is signed in", url("POST", "/graphql", `{"query":"{ me { id } }"}`), "Cache-Control", "no-store", `UNAUTHENTICATED`, 200},
		{"settings of the pages", url("GET", "/config.json", ""), "Cache-Control", "no-store", `"live":"poll"`, 200},
		{"the schema", url("GET", "/schema.graphql", ""), "X-Content-Type-Options", "nosniff", "type Query", 200},
		{"GraphiQL stays under the site's name, which the function does not see", url("GET", "/graphiql", ""), "Location", "", "", 0},
		{"elsewhere", url("GET", "/nowhere", ""), "X-Frame-Options", "DENY", "/graphql", 404},
	} {
		response, err := f.Invoke(t.Context(), []byte(tc.event))
		if err != nil {
			t.Fatalf("%s: %v\n%s", tc.reason, err, logs)
		}
		head, err := response.HTTP()
		if err != nil {
			t.Fatalf("%s: %v", tc.reason, err)
		}
		body, err := response.Bytes()
		if err != nil || tc.status != 0 && head.StatusCode != tc.status || head.Headers[tc.header] != tc.value || !strings.Contains(string(body), tc.body) {
			t.Errorf("%s: %+v, %v\n%.500s", tc.reason, head, err, body)
		}
		if !strings.HasPrefix(head.Headers["X-Request-Id"], "00000000-") {
			t.Errorf("%s: the request has the id %q, not its invocation's", tc.reason, head.Headers["X-Request-Id"])
		}
	}
	const appsync = `{"info":{"fieldName":"me","parentTypeName":"Query","selectionSetGraphQL":"{ id }"},"request":{"headers":{}}}`
	if failure := l.failure(f, appsync); failure.Type != "UNAUTHENTICATED" {
		t.Errorf("AppSync: %v", failure)
	}
	if answer, err := f.InvokeBytes(t.Context(), []byte("["+appsync+"]")); err != nil || !strings.Contains(string(answer), `"errorType":"UNAUTHENTICATED"`) {
		t.Errorf("AppSync, a batch: %s, %v", answer, err)
	}
	l.failure(f, `"nonsense"`)
	if answer, err := f.InvokeBytes(t.Context(), []byte("["+appsync+"]")); err != nil {
		t.Errorf("a function goes on after an event that it could not read: %s, %v", answer, err)
	}
	if err := f.Stop(); err != nil { // nothing is written to the logs after that
		t.Fatal(err)
	}
	for line := range strings.Lines(logs.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("a line of the log is not JSON: %s", line)
		}
	}
}

func TestQueueFunctions(t *testing.T) {
	for _, name := range []settings.Function{settings.Detector, settings.Archiver} {
		t.Run(string(name), func(t *testing.T) {
			l := newLambda(t)
			f, logs := l.start(name)
			l.ready(f)
			record := func(id, body string) string {
				quoted, _ := json.Marshal(body)
				return `{"eventSource":"aws:sqs","messageId":"` + id + `","receiptHandle":"r","attributes":{"ApproximateReceiveCount":"1"},"body":` + string(quoted) + `}`
			}
			event := `{"Records":[` + record("a", `nonsense`) + `,` + record("b", `{"Event":"s3:TestEvent"}`) + `]}`
			answer, err := f.InvokeBytes(t.Context(), []byte(event))
			if err != nil || string(answer) != `{"batchItemFailures":[{"itemIdentifier":"a"}]}` {
				t.Errorf("%s, %v\n%s", answer, err, logs)
			}
			if answer, err := f.InvokeBytes(t.Context(), []byte(`{"Service":"Amazon S3","Event":"s3:TestEvent"}`)); err != nil || string(answer) != "null" {
				t.Errorf("S3's test event: %s, %v", answer, err)
			}
			l.failure(f, `{"Records":[]}`)
			l.mu.Lock()
			defer l.mu.Unlock()
			if len(l.calls) != 1 || l.calls[0] != "AmazonSQS.ChangeMessageVisibility" {
				t.Errorf("it asked for %v; want it to set when the failed message comes again", l.calls)
			}
		})
	}
}

func TestSweeper(t *testing.T) {
	l := newLambda(t)
	f, logs := l.start(settings.Sweeper)
	l.ready(f)
	const event = `{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}`
	if answer, err := f.InvokeBytes(t.Context(), []byte(event)); err != nil || !strings.Contains(string(answer), `"PhotosResent":0`) {
		t.Errorf("%s, %v\n%s", answer, err, logs)
	}
	l.mu.Lock()
	l.down = true
	l.mu.Unlock()
	if failure := l.failure(f, event); !strings.Contains(failure.Message, "sweep") {
		t.Errorf("%v: want an error that an alarm sees", failure)
	}
}

func TestMissingSettings(t *testing.T) {
	l := newLambda(t)
	for _, name := range settings.Functions() {
		f, logs := l.start(name, "PAM_TABLE=")
		if _, err := f.Ready(t.Context()); !errors.Is(err, runtimeapi.ErrGone) || !strings.Contains(logs.String(), "PAM_TABLE is missing") {
			t.Errorf("%s: %v\n%s", name, err, logs)
		}
		if _, err := f.Invoke(t.Context(), []byte(`{}`)); !errors.Is(err, runtimeapi.ErrGone) {
			t.Errorf("%s: an event to a function that has ended: %v", name, err)
		}
	}
}
