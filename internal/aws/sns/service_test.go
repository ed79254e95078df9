package sns_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

const topicPrefix = "arn:aws:sns:eu-central-1:123456789012:pam-"

// service is a small SNS in the query protocol (https://docs.aws.amazon.com/sns/latest/api/API_Operations.html).
type service struct {
	// fail, where set, fails an operation with a status and a code.
	fail func(operation string) (status int, code string)
	// pageSize is how many subscriptions a page of a list has; all when zero.
	pageSize int

	mu     sync.Mutex
	topics map[string][]*subscription // by ARN
	calls  []string                   // operations, in order
	mails  []mail
}

type subscription struct{ endpoint, arn string }

type mail struct{ to, subject, text string }

func (s *service) config(t *testing.T) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Errorf("request: %v", err)
		}
		status, answer := s.answer(t, r.PostForm.Get("Action"), r.PostForm.Get)
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		if _, err := w.Write([]byte(answer)); err != nil {
			t.Errorf("answer: %v", err)
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

func failure(status int, code string) (int, string) {
	return status, "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>a message of the service</Message></Error></ErrorResponse>"
}

func result(operation, body string) (int, string) {
	return http.StatusOK, fmt.Sprintf("<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", operation, body)
}

func (s *service) answer(t *testing.T, operation string, value func(string) string) (int, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, operation)
	if s.fail != nil {
		if status, code := s.fail(operation); status != 0 {
			return failure(status, code)
		}
	}
	if s.topics == nil {
		s.topics = make(map[string][]*subscription)
	}
	arn := value("TopicArn")
	if operation == "CreateTopic" {
		arn = "arn:aws:sns:eu-central-1:123456789012:" + value("Name")
		if _, there := s.topics[arn]; !there {
			s.topics[arn] = []*subscription{}
		}
		return result(operation, "<TopicArn>"+arn+"</TopicArn>")
	}
	list, there := s.topics[arn]
	if operation == "DeleteTopic" {
		delete(s.topics, arn)
		return result(operation, "")
	}
	if !there {
		return failure(http.StatusNotFound, "NotFound")
	}
	switch operation {
	case "Subscribe":
		if value("Protocol") != "email" || !strings.Contains(value("Endpoint"), "@") {
			return failure(http.StatusBadRequest, "InvalidParameter")
		}
		s.topics[arn] = append(list, &subscription{value("Endpoint"), "PendingConfirmation"})
		return result(operation, "<SubscriptionArn>pending confirmation</SubscriptionArn>")
	case "ListSubscriptionsByTopic":
		return s.list(list, value("NextToken"))
	case "Publish":
		return s.publish(list, value("Subject"), value("Message"))
	}
	t.Errorf("operation %q", operation)
	return failure(http.StatusBadRequest, "InvalidAction")
}

func (s *service) list(list []*subscription, token string) (int, string) {
	begin := len(token)
	end := len(list)
	next := ""
	if s.pageSize > 0 && begin+s.pageSize < end {
		end = begin + s.pageSize
		next = "<NextToken>" + strings.Repeat("x", end) + "</NextToken>"
	}
	var members strings.Builder
	for _, sub := range list[begin:end] {
		fmt.Fprintf(&members, "<member><Protocol>email</Protocol><Endpoint>%s</Endpoint><SubscriptionArn>%s</SubscriptionArn></member>", escaped(sub.endpoint), sub.arn)
	}
	return result("ListSubscriptionsByTopic", "<Subscriptions>"+members.String()+"</Subscriptions>"+next)
}

func (s *service) publish(list []*subscription, subject, text string) (int, string) {
	if len(subject) >= 100 || strings.ContainsFunc(subject, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) }) {
		return failure(http.StatusBadRequest, "InvalidParameter")
	}
	for _, sub := range list {
		if strings.HasPrefix(sub.arn, "arn:") {
			s.mails = append(s.mails, mail{sub.endpoint, subject, text})
		}
	}
	return result("Publish", "<MessageId>id</MessageId>")
}

func escaped(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return ""
	}
	return b.String()
}

// set gives every subscription an ARN, as confirming does, or another word.
func (s *service) set(arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, list := range s.topics {
		for _, sub := range list {
			sub.arn = arn
		}
	}
}

func (s *service) sent() []mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]mail(nil), s.mails...)
}

// took gives the operations since the last call.
func (s *service) took() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}
