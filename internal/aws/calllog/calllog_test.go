package calllog_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/rekognition"
	"github.com/aws/aws-sdk-go-v2/service/rekognition/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/middleware"

	"pam/internal/aws/calllog"
)

// noBackoff retries at once, as tests do not sleep.
type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

func config(t *testing.T, recorder calllog.Recorder, handler http.HandlerFunc) aws.Config {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return aws.Config{
		Region:       "eu-central-1",
		Credentials:  credentials.NewStaticCredentialsProvider("id", "secret", ""),
		BaseEndpoint: aws.String(server.URL),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.Backoff = noBackoff{} })
		},
		APIOptions: []func(*middleware.Stack) error{calllog.Option(recorder)},
	}
}

// The SDK's clients are generated in more than one way, and tell their names in different places.
func TestNames(t *testing.T) {
	var memory calllog.Memory
	cfg := config(t, &memory, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = io.WriteString(w, "{}")
	})
	for want, call := range map[string]func() error{
		"Rekognition DetectLabels": func() error {
			image := &types.Image{Bytes: []byte("x")}
			_, err := rekognition.NewFromConfig(cfg).DetectLabels(t.Context(), &rekognition.DetectLabelsInput{Image: image})
			return err
		},
		"DynamoDB ListTables": func() error {
			_, err := dynamodb.NewFromConfig(cfg).ListTables(t.Context(), &dynamodb.ListTablesInput{})
			return err
		},
		"Cognito Identity Provider ListUsers": func() error {
			_, err := cognitoidentityprovider.NewFromConfig(cfg).ListUsers(t.Context(), &cognitoidentityprovider.ListUsersInput{UserPoolId: aws.String("x_y")})
			return err
		},
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", want, err)
		}
		for _, c := range memory.Take() {
			if got := c.Service + " " + c.Operation; got != want {
				t.Errorf("a call is told as %q, want %q", got, want)
			}
		}
	}
}

func TestCalls(t *testing.T) {
	var sent int64
	answers := []struct {
		status int
		body   string
	}{{500, `{"__type":"InternalError"}`}, {200, `{"QueueUrl":"http://q"}`}, {400, `{"__type":"QueueDoesNotExist"}`}}
	var memory calllog.Memory
	cfg := config(t, &memory, func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			t.Error(err)
		}
		sent += n
		answer := answers[0]
		answers = answers[1:]
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(answer.status)
		if _, err := io.WriteString(w, answer.body); err != nil {
			t.Error(err)
		}
	})
	client := sqs.NewFromConfig(cfg)
	received := int64(len(answers[0].body) + len(answers[1].body))
	input := &sqs.GetQueueUrlInput{QueueName: aws.String("q")}
	if _, err := client.GetQueueUrl(t.Context(), input); err != nil {
		t.Fatal(err)
	}
	calls := memory.Take()
	if len(calls) != 1 {
		t.Fatalf("%d calls, want one: retries are part of it", len(calls))
	}
	c := calls[0]
	if c.Service != "SQS" || c.Operation != "GetQueueUrl" || c.Attempts != 2 || c.Sent != sent || c.Received != received || c.ErrorCode != "" || c.Duration <= 0 {
		t.Errorf("%+v; want two attempts, %d bytes sent, %d received", c, sent, received)
	}
	if in, ok := c.Input.(*sqs.GetQueueUrlInput); !ok || aws.ToString(in.QueueName) != "q" {
		t.Errorf("input %+v", c.Input)
	}
	if _, err := client.GetQueueUrl(t.Context(), input); err == nil {
		t.Fatal("no error")
	}
	calls = memory.Take()
	if len(calls) != 1 || calls[0].ErrorCode != "QueueDoesNotExist" || calls[0].Attempts != 1 {
		t.Errorf("%+v: want one with the service's code", calls)
	}
	if _, err := client.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{}); err == nil {
		t.Fatal("no error")
	}
	if calls = memory.Take(); len(calls) != 1 || calls[0].ErrorCode != "error" || calls[0].Attempts != 0 {
		t.Errorf("%+v: what never left is told, too", calls)
	}
}

// A body of unknown length counts as far as it was read when the call returned; of an object that is what was announced.
func TestReceived(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		announce     bool
	}{
		{"announced", "the reader takes it later", true},
		{"chunked", "nobody knows what is to come", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var memory calllog.Memory
			cfg := config(t, &memory, func(w http.ResponseWriter, _ *http.Request) {
				if !c.announce {
					w.(http.Flusher).Flush()
				}
				if _, err := io.WriteString(w, strings.Repeat("x", 1000)); err != nil {
					t.Error(err)
				}
			})
			client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
			out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("k")})
			if err != nil {
				t.Fatal(err)
			}
			defer out.Body.Close()
			var want int64
			if c.announce {
				want = 1000
			}
			if calls := memory.Take(); len(calls) != 1 || calls[0].Received != want {
				t.Errorf("%+v: want %d bytes, as %s", calls, want, c.reason)
			}
			if content, err := io.ReadAll(out.Body); err != nil || len(content) != 1000 {
				t.Errorf("%d bytes, %v: the body must stay whole", len(content), err)
			}
		})
	}
}

func TestLogKeepsSecrets(t *testing.T) {
	var text bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
	calllog.Log{Logger: logger}.Record(t.Context(), calllog.Call{
		Service: "SQS", Operation: "SendMessage", Attempts: 1, Sent: 7, Input: &sqs.SendMessageInput{MessageBody: aws.String("geheim")},
	})
	var line map[string]any
	if err := json.Unmarshal(text.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line["operation"] != "SendMessage" || line["sent"] != 7.0 || strings.Contains(text.String(), "geheim") {
		t.Errorf("%s", text.String())
	}
}
