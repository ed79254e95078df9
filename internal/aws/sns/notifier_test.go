package sns_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"pam/internal/aws/sns"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

const (
	site         = "https://pam.example.org"
	subscribed   = topicPrefix + "x:6d9e7b0c-0000-4000-8000-000000000000"
	unsubscribed = "Deleted"
	waiting      = "PendingConfirmation"
)

func (s *service) notifier(t *testing.T) *sns.Notifier {
	t.Helper()
	n, err := sns.New(s.config(t), sns.Config{TopicPrefix: topicPrefix, Site: site})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNotifierConformance(t *testing.T) {
	s := &service{}
	photostest.Notifier(t, photostest.NotifierUnderTest{
		Notifier: s.notifier(t),
		Sent: func() []string {
			var to []string
			for _, m := range s.sent() {
				to = append(to, m.to)
			}
			return to
		},
		Confirm: func(*testing.T, photos.Owner) { s.set(subscribed) },
	})
}

// What Subscribe does depends on what is there.
func TestSubscribe(t *testing.T) {
	const old, address = "old@example.org", "dan@example.org"
	list := []string{"ListSubscriptionsByTopic"}
	begin := []string{"ListSubscriptionsByTopic", "CreateTopic", "Subscribe"}
	replace := []string{"ListSubscriptionsByTopic", "DeleteTopic", "CreateTopic", "Subscribe"}
	for _, c := range []struct {
		name, reason string
		there        []string // addresses
		state        string   // of each
		confirmed    bool
		calls        []string
	}{
		{"first", "the topic is made for it", nil, "", false, begin},
		{"again, confirmed", "nothing changes", []string{address}, subscribed, true, list},
		{"again, other case", "nobody has two mailboxes that differ in case", []string{"Dan@Example.org"}, subscribed, true, list},
		{"again, waiting", "nothing changes, and no second mail asks for confirmation", []string{address}, waiting, false, list},
		{"again, ended", "who ended it by a link in a mail may want it again", []string{address}, unsubscribed, false, begin},
		{"other", "the old address gets no more mails", []string{old}, subscribed, false, replace},
		{"other, waiting", "a late confirmation of the old address must do nothing", []string{old}, waiting, false, replace},
		{"both", "what two calls at once have left is put in order", []string{old, address}, subscribed, false, replace},
	} {
		for _, pageSize := range []int{0, 1} {
			t.Run(fmt.Sprintf("%s, pages of %d", c.name, pageSize), func(t *testing.T) {
				s := &service{pageSize: pageSize}
				n := s.notifier(t)
				if c.there != nil {
					topic := topicOf(t, s, n)
					for _, a := range c.there {
						s.topics[topic] = append(s.topics[topic], &subscription{a, c.state})
					}
				}
				s.took()
				got, err := n.Subscribe(t.Context(), "dan", address)
				if err != nil || got != (photos.NoticeSubscription{Address: address, Confirmed: c.confirmed}) {
					t.Errorf("%+v, %v: %s", got, err, c.reason)
				}
				if calls := slices.Compact(s.took()); !slices.Equal(calls, c.calls) {
					t.Errorf("calls %v, want %v: %s", calls, c.calls, c.reason)
				}
			})
		}
	}
}

// topicOf makes the topic of an owner and leaves it empty.
func topicOf(t *testing.T, s *service, n *sns.Notifier) string {
	t.Helper()
	if _, err := n.Subscribe(t.Context(), "dan", "x@example.org"); err != nil {
		t.Fatal(err)
	}
	for arn := range s.topics {
		s.topics[arn] = nil
		return arn
	}
	t.Fatal("no topic was made")
	return ""
}

func TestTopicNames(t *testing.T) {
	s := &service{}
	n := s.notifier(t)
	owners := []photos.Owner{"dan", "dan ", "Dan", "öwner|2 \"<&>", photos.Owner(strings.Repeat("x", 500))}
	for _, owner := range owners {
		if _, err := n.Subscribe(t.Context(), owner, "dan@example.org"); err != nil {
			t.Errorf("%q: %v", owner, err)
		}
	}
	if len(s.topics) != len(owners) {
		t.Errorf("%d topics of %d owners", len(s.topics), len(owners))
	}
	for arn := range s.topics {
		name, ok := strings.CutPrefix(arn, topicPrefix)
		if !ok || len(name) != 32 || strings.Contains(name, "dan") {
			t.Errorf("topic %s", arn)
		}
	}
}

func TestMessages(t *testing.T) {
	ready := photos.Archive{Owner: "dan", ID: "01A", Name: "Foxes", PhotoCount: 3, SkippedCount: 1, Size: 99, ExpiresAt: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	named := func(name string) photos.Archive { a := ready; a.Name = name; return a }
	failed := ready
	failed.Failure = &photos.ArchiveFailure{Code: "NOT_FOUND", Message: "All photos were deleted."}
	long := strings.Repeat("x", 76)
	for _, c := range []struct {
		name, reason string
		kind         photos.NoticeKind
		archive      photos.Archive
		subject      string
		text         []string
	}{
		{"ready", "the owner is told what, how much and until when", photos.NoticeArchiveReady, ready, "Your archive is ready: Foxes", []string{`"Foxes"`, "2 photos, 99 bytes", "1 May 2026 12:00 UTC", "\n" + site + "/archives/01A\n"}},
		{"failed", "the owner is told why", photos.NoticeArchiveFailed, failed, "Your archive could not be built: Foxes", []string{`"Foxes"`, "All photos were deleted.", "\n" + site + "/archives/01A\n"}},
		{"failed, nobody knows why", "a failure is told in any case", photos.NoticeArchiveFailed, ready, "Your archive could not be built: Foxes", []string{"The reason is not known."}},
		{"longest", "99 characters are allowed", photos.NoticeArchiveReady, named(long), "Your archive is ready: " + long, []string{long}},
		{"too long", "the name is in the text", photos.NoticeArchiveReady, named(long + "y"), "Your archive is ready", []string{long + "y"}},
		{"not ASCII", "the name is in the text", photos.NoticeArchiveReady, named("Füchse"), "Your archive is ready", []string{"Füchse"}},
		{"line break", "a name makes no header and no line of its own", photos.NoticeArchiveReady, named("a\r\nBcc: x@example.org"), "Your archive is ready", []string{`"a\r\nBcc: x@example.org"`}},
		{"no name", "a subject ends in no colon", photos.NoticeArchiveReady, named(""), "Your archive is ready", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{}
			n := s.notifier(t)
			if _, err := n.Subscribe(t.Context(), "dan", "dan@example.org"); err != nil {
				t.Fatal(err)
			}
			s.set(subscribed)
			if err := n.Notify(t.Context(), photos.Notice{Owner: "dan", ID: "01A", Kind: c.kind, ArchiveID: "01A"}, c.archive); err != nil {
				t.Fatalf("%v: %s", err, c.reason)
			}
			sent := s.sent()
			if len(sent) != 1 || sent[0].subject != c.subject {
				t.Fatalf("sent %+v, want subject %q: %s", sent, c.subject, c.reason)
			}
			for _, want := range c.text {
				if !strings.Contains(sent[0].text, want) {
					t.Errorf("the text lacks %q: %s\n%s", want, c.reason, sent[0].text)
				}
			}
			if strings.Contains(sent[0].text, "X-Amz-Signature") || strings.Count(sent[0].text, "http") > 1 {
				t.Errorf("mail carries no link but that to PAM:\n%s", sent[0].text)
			}
		})
	}
}

func TestNotifyCosts(t *testing.T) {
	s := &service{}
	n := s.notifier(t)
	if err := n.Notify(t.Context(), photos.Notice{Owner: "dan", Kind: photos.NoticeArchiveReady}, photos.Archive{Name: "Foxes"}); err != nil {
		t.Errorf("an owner without topic: %v", err)
	}
	if calls := s.took(); !slices.Equal(calls, []string{"Publish"}) {
		t.Errorf("calls %v: nothing is looked for", calls)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		status       int
		code         string
		busy         bool
	}{
		{"throttled", "SNS allows few calls a second", 400, "Throttling", true},
		{"unavailable", "a load balancer has no place", 503, "ServiceUnavailable", true},
		{"internal", "SNS failed at this call", 500, "InternalError", false},
		{"denied", "our rights are no caller's business", 403, "AuthorizationError", false},
		{"limit", "an operator has to raise it", 403, "TopicLimitExceeded", false},
	} {
		for _, operation := range []string{"ListSubscriptionsByTopic", "DeleteTopic", "CreateTopic", "Subscribe", "Publish"} {
			t.Run(c.name+" "+operation, func(t *testing.T) {
				s := &service{}
				n := s.notifier(t)
				topic := topicOf(t, s, n)
				s.topics[topic] = []*subscription{{"old@example.org", subscribed}}
				s.fail = func(o string) (int, string) {
					if o == operation {
						return c.status, c.code
					}
					return 0, ""
				}
				err := n.Notify(t.Context(), photos.Notice{Owner: "dan", Kind: photos.NoticeArchiveReady}, photos.Archive{Name: "Foxes"})
				if operation != "Publish" {
					_, err = n.Subscribe(t.Context(), "dan", "dan@example.org")
				}
				if err == nil || errors.Is(err, photos.ErrBusy) != c.busy || photos.CodeOf(err) != photos.Internal {
					t.Errorf("%v: busy must be %v: %s", err, c.busy, c.reason)
				}
			})
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct{ name, reason, prefix string }{
		{"empty", "topics are somewhere", ""},
		{"name", "a region and an account are needed", "pam-"},
		{"queue", "it is no topic", "arn:aws:sqs:eu-central-1:123456789012:pam-"},
		{"no name", "the role may touch what begins with the name alone", "arn:aws:sns:eu-central-1:123456789012:"},
		{"subscription", "it is no topic", "arn:aws:sns:eu-central-1:123456789012:pam:x"},
		{"long", "a name has 256 characters", "arn:aws:sns:eu-central-1:123456789012:" + strings.Repeat("x", 225)},
		{"wildcard", "it is for policies", "arn:aws:sns:eu-central-1:123456789012:pam-*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := sns.New(aws.Config{}, sns.Config{TopicPrefix: c.prefix}); err == nil {
				t.Errorf("%q was taken, although %s", c.prefix, c.reason)
			}
		})
	}
	for _, prefix := range []string{topicPrefix, "arn:aws-cn:sns:cn-north-1:123456789012:p"} {
		if _, err := sns.New(aws.Config{}, sns.Config{TopicPrefix: prefix}); err != nil {
			t.Errorf("%q: %v", prefix, err)
		}
	}
}
