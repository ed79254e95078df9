package sqs_test

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// service is a small SQS in the protocol JSON 1.0
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html): queues are
// made when they are first named.
type service struct {
	// refuse, where set, says why the service does not take a message at a batch, which it counts from 1.
	refuse func(batch int, body string) *entryError
	// fail, where set, fails a whole batch with a status and a code.
	fail func(batch int) (status int, code string)
	// down, where set, is the code that every call of the two operations that settle a message fails with.
	down string
	// slow holds back the answers to these two.
	slow chan struct{}

	mu       sync.Mutex
	queues   map[string][]*message
	messages int
	batches  []batch
	settled  []settling
}

// settling is a call of SendMessage or ChangeMessageVisibility.
type settling struct {
	operation string
	call
}

// batch is a call of SendMessageBatch.
type batch struct {
	queue  string
	bodies []string
}

type message struct {
	id, body string
	received int
	visible  time.Time
}

type entryError struct {
	ID          string `json:"Id"`
	Code        string
	SenderFault bool
	Message     string
}

type entry struct {
	ID            string `json:"Id"`
	MessageBody   string
	ReceiptHandle string
}

// call is what the requests of all operations have.
type call struct {
	QueueURL            string `json:"QueueUrl"`
	Entries             []entry
	MessageBody         string
	ReceiptHandle       string
	MaxNumberOfMessages int
	VisibilityTimeout   int
	DelaySeconds        int
	MessageAttributes   map[string]attribute
}

type attribute struct{ DataType, StringValue string }

func (s *service) config(t *testing.T) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in call
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Errorf("request: %v", err)
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if s.slow != nil {
			select {
			case <-s.slow:
			case <-r.Context().Done():
			}
		}
		status, answer := s.answer(t, operation, in)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Logf("answer: %v", err) // who asked has gone
		}
	}))
	t.Cleanup(server.Close)
	return aws.Config{
		Region:       "eu-central-1",
		Credentials:  credentials.NewStaticCredentialsProvider("id", "secret", ""),
		BaseEndpoint: aws.String(server.URL),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.Backoff = noBackoff{} })
		},
	}
}

// noBackoff retries at once, as tests do not sleep.
type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

func (s *service) answer(t *testing.T, operation string, in call) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queues == nil {
		s.queues = make(map[string][]*message)
	}
	switch operation {
	case "SendMessageBatch":
		return s.sendBatch(in)
	case "SendMessage":
		if s.settled = append(s.settled, settling{operation, in}); s.down != "" {
			return http.StatusBadRequest, map[string]string{"__type": "com.amazonaws.sqs#" + s.down}
		}
		s.add(in.QueueURL, in.MessageBody)
		return http.StatusOK, map[string]string{"MessageId": "id", "MD5OfMessageBody": sum(in.MessageBody)}
	case "ReceiveMessage":
		return http.StatusOK, map[string]any{"Messages": s.receive(in)}
	case "DeleteMessageBatch":
		done := []map[string]string{}
		for _, e := range in.Entries {
			s.queues[in.QueueURL] = slices.DeleteFunc(s.queues[in.QueueURL], func(m *message) bool { return m.id == e.ReceiptHandle })
			done = append(done, map[string]string{"Id": e.ID})
		}
		return http.StatusOK, map[string]any{"Failed": []entryError{}, "Successful": done}
	case "ChangeMessageVisibility":
		if s.settled = append(s.settled, settling{operation, in}); s.down != "" {
			return http.StatusBadRequest, map[string]string{"__type": "com.amazonaws.sqs#" + s.down}
		}
		for _, m := range s.queues[in.QueueURL] {
			if m.id == in.ReceiptHandle {
				m.visible = time.Now().Add(time.Duration(in.VisibilityTimeout) * time.Second)
			}
		}
	default:
		t.Errorf("operation %q", operation)
	}
	return http.StatusOK, map[string]any{}
}

func (s *service) sendBatch(in call) (int, any) {
	sent := batch{queue: in.QueueURL}
	for _, e := range in.Entries {
		sent.bodies = append(sent.bodies, e.MessageBody)
	}
	s.batches = append(s.batches, sent)
	n := len(s.batches)
	if s.fail != nil {
		if status, code := s.fail(n); status != 0 {
			return status, map[string]string{"__type": "com.amazonaws.sqs#" + code}
		}
	}
	size := 0
	failed, taken := []entryError{}, []map[string]string{}
	for _, e := range in.Entries {
		size += len(e.MessageBody)
		if s.refuse != nil {
			if refusal := s.refuse(n, e.MessageBody); refusal != nil {
				refusal.ID = e.ID
				failed = append(failed, *refusal)
				continue
			}
		}
		s.add(in.QueueURL, e.MessageBody)
		taken = append(taken, map[string]string{"Id": e.ID, "MessageId": "id", "MD5OfMessageBody": sum(e.MessageBody)})
	}
	switch {
	case len(in.Entries) == 0:
		return http.StatusBadRequest, map[string]string{"__type": "com.amazonaws.sqs#EmptyBatchRequest"}
	case len(in.Entries) > 10:
		return http.StatusBadRequest, map[string]string{"__type": "com.amazonaws.sqs#TooManyEntriesInBatchRequest"}
	case size > 1<<20:
		return http.StatusBadRequest, map[string]string{"__type": "com.amazonaws.sqs#BatchRequestTooLong"}
	}
	return http.StatusOK, map[string]any{"Failed": failed, "Successful": taken}
}

func (s *service) add(queue, body string) {
	s.messages++
	s.queues[queue] = append(s.queues[queue], &message{id: strconv.Itoa(s.messages), body: body})
}

func (s *service) receive(in call) []map[string]any {
	var out []map[string]any
	for _, m := range s.queues[in.QueueURL] {
		if len(out) == in.MaxNumberOfMessages {
			break
		}
		if m.visible.After(time.Now()) {
			continue
		}
		m.received++
		m.visible = time.Now().Add(time.Duration(in.VisibilityTimeout) * time.Second)
		out = append(out, map[string]any{
			"MessageId": m.id, "ReceiptHandle": m.id, "Body": m.body, "MD5OfBody": sum(m.body),
			"Attributes": map[string]string{"ApproximateReceiveCount": strconv.Itoa(m.received)},
		})
	}
	return out
}

// sum is how SQS tells that a body arrived whole.
func sum(body string) string {
	h := md5.Sum([]byte(body))
	return hex.EncodeToString(h[:])
}

// sent gives the batches so far.
func (s *service) sent() []batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]batch(nil), s.batches...)
}
