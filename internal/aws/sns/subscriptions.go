package sns

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"pam/internal/aws/awserror"
	"pam/internal/photos"
)

// protocol has SNS send a message as a mail.
const protocol = "email"

// pending stands in the place of a subscription's ARN until the address is confirmed. After its owner has ended it by the
// link in a mail, the subscription stays in the list for a while with yet another word there.
const pending = "PendingConfirmation"

// subscriptions gives what a topic's mails go to or wait for; nothing where there is no topic.
func (n *Notifier) subscriptions(ctx context.Context, topic *string) ([]photos.NoticeSubscription, error) {
	var all []photos.NoticeSubscription
	pages := sns.NewListSubscriptionsByTopicPaginator(n.client, &sns.ListSubscriptionsByTopicInput{TopicArn: topic})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if isNotFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, awserror.Wrap("sns: list the subscriptions of a topic", err)
		}
		for _, s := range page.Subscriptions {
			arn := aws.ToString(s.SubscriptionArn)
			confirmed := strings.HasPrefix(arn, "arn:")
			if aws.ToString(s.Protocol) == protocol && (confirmed || arn == pending) {
				all = append(all, photos.NoticeSubscription{Address: aws.ToString(s.Endpoint), Confirmed: confirmed})
			}
		}
	}
	return all, nil
}

func isNotFound(err error) bool { return awserror.Code(err) == "NotFound" }
