package sqs_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"pam/internal/aws/awstest"
	"pam/internal/aws/sqs"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

// urls are the queues of a test.
type urls struct{ detector, archiver, dead string }

func TestQueueConformance(t *testing.T) {
	photostest.Queue(t, func(t *testing.T) photostest.QueueUnderTest {
		return underTest((&service{}).config(t), urls{"http://queues/detector", "http://queues/archiver", "http://queues/dead"})
	})
}

func TestQueueStandIns(t *testing.T) {
	awstest.Each(t, awstest.SQS, func(t *testing.T, cfg aws.Config) {
		photostest.Queue(t, func(t *testing.T) photostest.QueueUnderTest {
			q := underTest(cfg, urls{create(t, cfg, "detector"), create(t, cfg, "archiver"), create(t, cfg, "dead")})
			q.Patience = time.Minute
			if awstest.IsStandIn(cfg) {
				q.Many = 150 // moto's time for a message grows with the queue: 1,200 take a minute
			}
			return q
		})
	})
}

// create makes a queue and deletes it at the end of the test.
func create(t *testing.T, cfg aws.Config, name string) string {
	t.Helper()
	client := awssqs.NewFromConfig(cfg)
	out, err := client.CreateQueue(t.Context(), &awssqs.CreateQueueInput{QueueName: aws.String(awstest.Unique("pam-test-" + name + "-"))})
	if err != nil {
		t.Fatalf("create a queue: %v", err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteQueue(context.WithoutCancel(t.Context()), &awssqs.DeleteQueueInput{QueueUrl: out.QueueUrl}); err != nil {
			t.Errorf("delete a queue: %v", err)
		}
	})
	return aws.ToString(out.QueueUrl)
}

func underTest(cfg aws.Config, u urls) photostest.QueueUnderTest {
	client := awssqs.NewFromConfig(cfg)
	var dead sync.Mutex
	var letters []photos.Job // what is received stays invisible, so it is kept here
	return photostest.QueueUnderTest{
		JobQueue:    sqs.New(cfg, sqs.URLs{Detector: u.detector, Archiver: u.archiver}),
		MaxAttempts: maxAttempts,
		Work: func(t *testing.T, handle func(context.Context, photos.Job) error, giveUp func(context.Context, photos.Job, error) error) func() {
			ctx, cancel := context.WithCancel(t.Context())
			var running sync.WaitGroup
			for _, queue := range []string{u.detector, u.archiver} {
				running.Go(func() { worker{client, queue, u.dead, handle, giveUp}.run(ctx, t) })
			}
			return func() { cancel(); running.Wait() }
		},
		Dead: func(t *testing.T) []photos.Job {
			dead.Lock()
			defer dead.Unlock()
			out, err := client.ReceiveMessage(t.Context(), &awssqs.ReceiveMessageInput{QueueUrl: aws.String(u.dead), MaxNumberOfMessages: 10, VisibilityTimeout: 600})
			if err != nil {
				t.Errorf("receive dead letters: %v", err)
				return nil
			}
			for _, m := range out.Messages {
				job, err := jobOf(aws.ToString(m.Body))
				if err != nil {
					t.Errorf("a dead letter that is no job: %v", err)
				}
				letters = append(letters, job)
			}
			return slices.Clone(letters)
		},
		Reopen: func(*testing.T) photostest.QueueUnderTest { return underTest(cfg, u) },
	}
}
