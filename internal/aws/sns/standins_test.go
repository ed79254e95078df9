package sns_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"

	"pam/internal/aws/awstest"
	"pam/internal/aws/sns"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

func TestNotifierStandIns(t *testing.T) {
	awstest.Each(t, awstest.SNS, func(t *testing.T, cfg aws.Config) {
		prefix := freshPrefix(t, cfg)
		n, err := sns.New(cfg, sns.Config{TopicPrefix: prefix, Site: site})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { deleteTopics(t, cfg, prefix) })
		if awstest.IsStandIn(cfg) {
			m := &moto{Notifier: n, client: awssns.NewFromConfig(cfg), endpoint: aws.ToString(cfg.BaseEndpoint), prefix: prefix, before: map[string]int{}}
			photostest.Notifier(t, photostest.NotifierUnderTest{Notifier: m, Sent: func() []string { return m.sent }})
			return
		}
		unconfirmed(t, n)
	})
}

// freshPrefix gives the beginning of ARNs that nothing else has. SNS tells region and account when it makes a topic.
func freshPrefix(t *testing.T, cfg aws.Config) string {
	t.Helper()
	client := awssns.NewFromConfig(cfg)
	out, err := client.CreateTopic(t.Context(), &awssns.CreateTopicInput{Name: aws.String(awstest.Unique("pam-test-"))})
	if err != nil {
		t.Fatalf("create a topic: %v", err)
	}
	if _, err := client.DeleteTopic(t.Context(), &awssns.DeleteTopicInput{TopicArn: out.TopicArn}); err != nil {
		t.Fatalf("delete a topic: %v", err)
	}
	return aws.ToString(out.TopicArn) + "-"
}

func deleteTopics(t *testing.T, cfg aws.Config, prefix string) {
	ctx := context.WithoutCancel(t.Context())
	client := awssns.NewFromConfig(cfg)
	pages := awssns.NewListTopicsPaginator(client, &awssns.ListTopicsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Errorf("list topics: %v", err)
			return
		}
		for _, topic := range page.Topics {
			if !strings.HasPrefix(aws.ToString(topic.TopicArn), prefix) {
				continue
			}
			if _, err := client.DeleteTopic(ctx, &awssns.DeleteTopicInput{TopicArn: topic.TopicArn}); err != nil {
				t.Errorf("delete a topic: %v", err)
			}
		}
	}
}

// unconfirmed goes as far as nobody has to read a mail for. No mail comes back from example.org: RFC 2606 reserves it.
func unconfirmed(t *testing.T, n *sns.Notifier) {
	ctx := t.Context()
	notice := photos.Notice{Owner: "dan", ID: "01A-ready", Kind: photos.NoticeArchiveReady, ArchiveID: "01A"}
	notify := func(when string) {
		t.Helper()
		if err := n.Notify(ctx, notice, photos.Archive{Owner: "dan", ID: "01A", Name: "Füchse"}); err != nil {
			t.Errorf("notify %s: %v", when, err)
		}
	}
	notify("without a topic")
	for _, address := range []string{"dan@example.org", "dan@example.org", "dan@example.net", "dan@example.org"} {
		got, err := n.Subscribe(ctx, "dan", address)
		if err != nil || got != (photos.NoticeSubscription{Address: address}) {
			t.Errorf("subscribe %s: %+v, %v", address, got, err)
		}
	}
	notify("while the address waits for confirmation")
}

// moto watches a stand-in that confirms at once and sends nothing: it keeps what was published, and tells by an address of
// its own.
type moto struct {
	photos.Notifier
	client           *awssns.Client
	endpoint, prefix string
	before           map[string]int // messages of each topic
	sent             []string
}

// Notify notifies, and looks to which addresses messages would have gone.
func (m *moto) Notify(ctx context.Context, notice photos.Notice, a photos.Archive) error {
	if err := m.Notifier.Notify(ctx, notice, a); err != nil {
		return err
	}
	published, err := m.published(ctx)
	if err != nil {
		return err
	}
	for topic, count := range published {
		for range count - m.before[topic] {
			out, err := m.client.ListSubscriptionsByTopic(ctx, &awssns.ListSubscriptionsByTopicInput{TopicArn: aws.String(topic)})
			if err != nil {
				return err
			}
			for _, s := range out.Subscriptions {
				m.sent = append(m.sent, aws.ToString(s.Endpoint))
			}
		}
		m.before[topic] = count
	}
	return nil
}

func (m *moto) published(ctx context.Context) (map[string]int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.endpoint+"/moto-api/data.json", nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var data struct {
		SNS struct {
			Topic []struct {
				ARN  string `json:"arn"`
				Sent []any  `json:"sent_notifications"`
			}
		} `json:"sns"`
	}
	if err := json.NewDecoder(response.Body).Decode(&data); err != nil {
		return nil, err
	}
	counts := make(map[string]int)
	for _, topic := range data.SNS.Topic {
		if strings.HasPrefix(topic.ARN, m.prefix) {
			counts[topic.ARN] += len(topic.Sent)
		}
	}
	return counts, nil
}
