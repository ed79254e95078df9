package sns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"pam/internal/aws/awserror"
	"pam/internal/photos"
)

// Config says where topics are and what messages point to.
type Config struct {
	// TopicPrefix is what the ARN of every topic begins with, such as arn:aws:sns:eu-central-1:123456789012:pam-. The
	// caller's role needs sns:CreateTopic, DeleteTopic, ListSubscriptionsByTopic, Subscribe and Publish on what begins so,
	// and nothing on any other topic.
	TopicPrefix string
	// Site is the URL of PAM, which messages point to. They never carry a link to the archive itself: mail is not secret.
	Site string
}

// Notifier mails notices. It is safe for concurrent use. Each call has a deadline of 20 seconds, also where its context
// allows more.
type Notifier struct {
	client      *sns.Client
	topicPrefix string
	namePrefix  string
	site        string
}

var _ photos.Notifier = (*Notifier)(nil)

const callTimeout = 20 * time.Second

// New checks the configuration. cfg must be for the region of the topics.
func New(cfg aws.Config, c Config) (*Notifier, error) {
	// The name is the last of the six parts of an ARN: letters, digits, hyphens and underscores, 256 at most
	// (https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html), of which the hash takes 32.
	parts := regexp.MustCompile(`\Aarn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:([A-Za-z0-9_-]{1,224})\z`).FindStringSubmatch(c.TopicPrefix)
	if parts == nil {
		return nil, fmt.Errorf("sns: %q is not the beginning of a topic's ARN, such as arn:aws:sns:eu-central-1:123456789012:pam-", c.TopicPrefix)
	}
	return &Notifier{client: sns.NewFromConfig(cfg), topicPrefix: c.TopicPrefix, namePrefix: parts[1], site: c.Site}, nil
}

// suffix makes the end of a topic's name of an owner: half a SHA-256, as a name must not say whose topic it is and an owner
// may hold characters that a name may not.
func suffix(owner photos.Owner) string {
	sum := sha256.Sum256([]byte(owner))
	return hex.EncodeToString(sum[:16])
}

func (n *Notifier) topicARN(owner photos.Owner) *string {
	return aws.String(n.topicPrefix + suffix(owner))
}

// Notify implements photos.Notifier. SNS itself sends nothing while the subscription is not confirmed.
func (n *Notifier) Notify(ctx context.Context, notice photos.Notice, a photos.Archive) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	subject, message := n.message(notice, a)
	_, err := n.client.Publish(ctx, &sns.PublishInput{
		TopicArn: n.topicARN(notice.Owner), Subject: aws.String(subject), Message: aws.String(message),
	})
	if isNotFound(err) {
		return nil // this owner has never subscribed
	}
	return awserror.Wrap("sns: publish a notice", err)
}

// Subscribe implements photos.Notifier. An address that was subscribed to and has not been confirmed gets no second
// message for that; SNS forgets it after 48 hours, and then it does.
//
// To replace another address the topic is deleted and made anew. An unconfirmed subscription cannot be deleted in any other
// way, and would become a second one if it were confirmed later; those of a deleted topic do not come back with its name
// (https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html).
func (n *Notifier) Subscribe(ctx context.Context, owner photos.Owner, address string) (photos.NoticeSubscription, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	topic := n.topicARN(owner)
	there, err := n.subscriptions(ctx, topic)
	if err != nil {
		return photos.NoticeSubscription{}, err
	}
	if len(there) == 1 && strings.EqualFold(there[0].Address, address) {
		return photos.NoticeSubscription{Address: address, Confirmed: there[0].Confirmed}, nil
	}
	if len(there) > 0 {
		if _, err := n.client.DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: topic}); err != nil {
			return photos.NoticeSubscription{}, awserror.Wrap("sns: delete a topic", err)
		}
	}
	// Creating a topic that exists gives that one.
	if _, err := n.client.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(n.namePrefix + suffix(owner))}); err != nil {
		return photos.NoticeSubscription{}, awserror.Wrap("sns: create a topic", err)
	}
	out, err := n.client.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: aws.String(protocol), Endpoint: aws.String(address)})
	if err != nil {
		return photos.NoticeSubscription{}, awserror.Wrap("sns: subscribe", err)
	}
	return photos.NoticeSubscription{Address: address, Confirmed: strings.HasPrefix(aws.ToString(out.SubscriptionArn), "arn:")}, nil
}
