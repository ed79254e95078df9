package sqs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pam/internal/aws/sqs"
	"pam/internal/photos"
	"pam/internal/sqsevent"
)

const sourceURL = "http://queues/detector"

// handedOut gives a message as Lambda hands it out.
func handedOut() sqsevent.Message {
	return sqsevent.Message{ID: "id", ReceiptHandle: "receipt", Body: []byte(`{"kind":"label","owner":"dän"}`), Receives: 2, FirstSent: time.UnixMilli(1779628000123)}
}

func TestSendAgain(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		delay        time.Duration
		seconds      int
	}{
		{"at once", "an invocation that ends gives its messages back untouched", 0, 0},
		{"in the past", "SQS knows no negative delay", -time.Second, 0},
		{"rounded", "SQS counts whole seconds, and a message must not come early", 1100 * time.Millisecond, 2},
		{"longest", "SQS takes 900 seconds at most", 15 * time.Minute, 900},
		{"too long", "a message that comes early does no harm, and one that is refused is lost", time.Hour, 900},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{}
			m := handedOut()
			if err := sqs.NewSource(s.config(t), sourceURL).SendAgain(t.Context(), m, c.delay); err != nil {
				t.Fatal(err)
			}
			if len(s.settled) != 1 || s.settled[0].operation != "SendMessage" {
				t.Fatalf("calls %+v, want one that sends: %s", s.settled, c.reason)
			}
			sent := s.settled[0]
			if sent.QueueURL != sourceURL || sent.MessageBody != string(m.Body) || sent.DelaySeconds != c.seconds {
				t.Errorf("%+v, want the body of the message after %d s: %s", sent, c.seconds, c.reason)
			}
			first := sent.MessageAttributes[sqsevent.FirstSentAttribute]
			if len(sent.MessageAttributes) != 1 || first.DataType != "Number" || first.StringValue != "1779628000123" {
				t.Errorf("attributes %+v: a copy says when the first of its messages was sent, or it would come again without end", sent.MessageAttributes)
			}
		})
	}
}

func TestComeAgain(t *testing.T) {
	s := &service{}
	if err := sqs.NewSource(s.config(t), sourceURL).ComeAgain(t.Context(), handedOut(), 90*time.Second+1); err != nil {
		t.Fatal(err)
	}
	if len(s.settled) != 1 {
		t.Fatalf("calls %+v, want one", s.settled)
	}
	if c := s.settled[0]; c.operation != "ChangeMessageVisibility" || c.QueueURL != sourceURL || c.ReceiptHandle != "receipt" || c.VisibilityTimeout != 91 {
		t.Errorf("%+v, want this receipt hidden for 91 s, which is the delay rounded up", c)
	}
}

func TestSourceFailures(t *testing.T) {
	for _, c := range []struct {
		name, reason, code string
		busy               bool
	}{
		{"throttled", "it says nothing against the message", "RequestThrottled", true},
		{"no queue", "a configuration does not mend itself", "QueueDoesNotExist", false},
		{"gone", "its visibility timeout is over, so another has it by now", "ReceiptHandleIsInvalid", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{down: c.code}
			source := sqs.NewSource(s.config(t), sourceURL)
			for name, settle := range map[string]func(context.Context, sqsevent.Message, time.Duration) error{"send": source.SendAgain, "come": source.ComeAgain} {
				if err := settle(t.Context(), handedOut(), time.Second); err == nil || errors.Is(err, photos.ErrBusy) != c.busy {
					t.Errorf("%s again: %v: busy must be %v, as %s", name, err, c.busy, c.reason)
				}
			}
		})
	}
}

// The invocation is about to end when messages are settled, so a service that does not answer must not hold it.
func TestSourceGivesUpInTime(t *testing.T) {
	s := &service{slow: make(chan struct{})}
	source := sqs.NewSource(s.config(t), sourceURL)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := source.SendAgain(ctx, handedOut(), 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's deadline: %v", err)
	}
	close(s.slow)
	if err := source.SendAgain(t.Context(), handedOut(), 0); err != nil {
		t.Errorf("once the service answers: %v", err)
	}
}
