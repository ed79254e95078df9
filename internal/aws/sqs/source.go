package sqs

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"pam/internal/aws/awserror"
	"pam/internal/sqsevent"
)

const (
	// maxDelay is the longest delay of a message. Source: DelaySeconds in
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html.
	maxDelay = 15 * time.Minute
	// settleTimeout bounds the calls that settle a message: the invocation is about to end.
	settleTimeout = 5 * time.Second
)

// Source is a queue that Lambda hands out messages of: what package sqsevent does with those that come again. It is safe
// for concurrent use.
type Source struct {
	client *sqs.Client
	url    string
}

var _ sqsevent.Queue = (*Source)(nil)

// NewSource makes a Source of a queue by its URL. The function's role needs sqs:SendMessage and
// sqs:ChangeMessageVisibility on it.
func NewSource(cfg aws.Config, url string) *Source {
	return &Source{client: sqs.NewFromConfig(cfg), url: url}
}

// SendAgain implements sqsevent.Queue.
func (s *Source) SendAgain(ctx context.Context, m sqsevent.Message, delay time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	_, err := s.client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl:     aws.String(s.url),
		MessageBody:  aws.String(string(m.Body)),
		DelaySeconds: seconds(delay),
		MessageAttributes: map[string]types.MessageAttributeValue{sqsevent.FirstSentAttribute: {
			DataType: aws.String("Number"), StringValue: aws.String(strconv.FormatInt(m.FirstSent.UnixMilli(), 10)),
		}},
	})
	return awserror.Wrap("sqs: send a message again", err)
}

// ComeAgain implements sqsevent.Queue.
func (s *Source) ComeAgain(ctx context.Context, m sqsevent.Message, delay time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	_, err := s.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: aws.String(s.url), ReceiptHandle: aws.String(m.ReceiptHandle), VisibilityTimeout: seconds(delay),
	})
	return awserror.Wrap("sqs: set when a message comes again", err)
}

// seconds rounds a delay up.
func seconds(delay time.Duration) int32 {
	return int32(math.Ceil(min(max(delay, 0), maxDelay).Seconds()))
}
