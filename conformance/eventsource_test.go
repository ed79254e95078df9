package conformance_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"pam/internal/aws/settings"
	"pam/internal/runtimeapi"
)

// mapping stands where Lambda's event source mapping stands between a queue and a function: it receives messages, hands
// them over as one event, and deletes those that the answer does not name as failures. Source of event and answer: "Using
// Lambda with Amazon SQS" and "Implementing partial batch responses" in the Lambda developer guide
// (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
type mapping struct {
	client *awssqs.Client
	queue  queue
	region string
	hidden int32 // seconds until a message that was neither deleted nor given another time comes again
	stop   func()

	mu       sync.Mutex
	done     map[string]int // by body, how often it was handled
	failures map[string]int
	batches  [][]string
}

// connect starts a mapping of a queue to one or more sandboxes of a function; stop, or the end of the test, ends it.
func (c *cloud) connect(q queue, hidden int32, sandboxes ...*runtimeapi.Function) *mapping {
	c.Helper()
	m := &mapping{
		client: awssqs.NewFromConfig(c.configs[settings.SQS]), queue: q, region: c.configs[settings.SQS].Region, hidden: hidden,
		done: map[string]int{}, failures: map[string]int{},
	}
	ctx, cancel := context.WithCancel(c.Context())
	var running sync.WaitGroup
	for _, f := range sandboxes {
		running.Go(func() { m.run(ctx, c.T, f) })
	}
	m.stop = func() { cancel(); running.Wait() }
	c.Cleanup(m.stop)
	return m
}

// run polls without waiting at the queue, as a stand-in does nothing else meanwhile.
func (m *mapping) run(ctx context.Context, t *testing.T, f *runtimeapi.Function) {
	for ctx.Err() == nil {
		// What is received must be worked on, or it would be hidden for its time.
		whole := context.WithoutCancel(ctx)
		out, err := m.client.ReceiveMessage(whole, &awssqs.ReceiveMessageInput{
			QueueUrl: aws.String(m.queue.url), MaxNumberOfMessages: 10, VisibilityTimeout: m.hidden,
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll}, MessageAttributeNames: []string{"All"},
		})
		if err != nil {
			t.Errorf("receive: %v", err)
			return
		}
		if len(out.Messages) == 0 {
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
			}
			continue
		}
		if err := m.handOver(whole, f, out.Messages); err != nil {
			t.Errorf("hand over a batch: %v", err)
			return
		}
	}
}

// handOver gives a batch to the function and deletes what it does not name as failed.
func (m *mapping) handOver(ctx context.Context, f *runtimeapi.Function, messages []types.Message) error {
	event, err := m.event(messages)
	if err != nil {
		return err
	}
	text, err := f.InvokeBytes(ctx, event)
	if err != nil {
		return err
	}
	var answer struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return err
	}
	failed := map[string]bool{}
	for _, failure := range answer.BatchItemFailures {
		failed[failure.ItemIdentifier] = true
	}
	var entries []types.DeleteMessageBatchRequestEntry
	var bodies []string
	m.mu.Lock()
	for i, message := range messages {
		body := aws.ToString(message.Body)
		bodies = append(bodies, body)
		if failed[aws.ToString(message.MessageId)] {
			m.failures[body]++
			continue
		}
		m.done[body]++
		entries = append(entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: message.ReceiptHandle})
	}
	m.batches = append(m.batches, bodies)
	m.mu.Unlock()
	if len(entries) == 0 {
		return nil
	}
	_, err = m.client.DeleteMessageBatch(ctx, &awssqs.DeleteMessageBatchInput{QueueUrl: aws.String(m.queue.url), Entries: entries})
	return err
}

// event writes a batch as Lambda does.
func (m *mapping) event(messages []types.Message) ([]byte, error) {
	records := make([]map[string]any, len(messages))
	for i, message := range messages {
		attributes := map[string]any{}
		for name, a := range message.MessageAttributes {
			attributes[name] = map[string]any{"stringValue": aws.ToString(a.StringValue), "stringListValues": []any{}, "binaryListValues": []any{}, "dataType": aws.ToString(a.DataType)}
		}
		records[i] = map[string]any{
			"messageId": aws.ToString(message.MessageId), "receiptHandle": aws.ToString(message.ReceiptHandle), "body": aws.ToString(message.Body),
			"attributes": message.Attributes, "messageAttributes": attributes, "md5OfBody": aws.ToString(message.MD5OfBody),
			"eventSource": "aws:sqs", "eventSourceARN": m.queue.arn, "awsRegion": m.region,
		}
	}
	return json.Marshal(map[string]any{"Records": records})
}

// handled says how often messages of a body were handled, and how often they failed.
func (m *mapping) handled(body string) (done, failed int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.done[body], m.failures[body]
}

// bodies are all that was handled, in order.
func (m *mapping) bodies() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, batch := range m.batches {
		all = append(all, batch...)
	}
	return all
}

// putEvent is what S3 tells of an upload. Source: "Event message structure" in the S3 user guide
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
func (c *cloud) putEvent(key string, size int) string {
	c.Helper()
	name := strings.ReplaceAll(url.QueryEscape(key), "%2F", "/")
	text, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": c.configs[settings.S3].Region, "eventTime": "2026-05-24T14:04:15.926Z", "eventName": "ObjectCreated:Put",
		"userIdentity": map[string]any{"principalId": "AWS:AIDAJDPLRKLG7UEXAMPLE"}, "requestParameters": map[string]any{"sourceIPAddress": "198.51.100.7"},
		"responseElements": map[string]any{"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S"},
		"s3": map[string]any{
			"s3SchemaVersion": "1.0", "configurationId": "photos",
			"bucket": map[string]any{"name": c.storage, "ownerIdentity": map[string]any{"principalId": "A3NL1KOZZKExample"}, "arn": "arn:aws:s3:::" + c.storage},
			"object": map[string]any{"key": name, "size": size, "eTag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "0055AED6DCD90281E5"},
		},
	}}})
	if err != nil {
		c.Fatal(err)
	}
	return string(text)
}

// send puts messages on a queue.
func (c *cloud) send(q queue, bodies ...string) {
	c.Helper()
	client := awssqs.NewFromConfig(c.configs[settings.SQS])
	for _, body := range bodies {
		if _, err := client.SendMessage(c.Context(), &awssqs.SendMessageInput{QueueUrl: aws.String(q.url), MessageBody: aws.String(body)}); err != nil {
			c.Fatalf("send a message: %v", err)
		}
	}
}

// deadLetters gives what is in the queue for them, and leaves it there.
func (c *cloud) deadLetters(q queue) []string {
	c.Helper()
	out, err := awssqs.NewFromConfig(c.configs[settings.SQS]).ReceiveMessage(c.Context(), &awssqs.ReceiveMessageInput{
		QueueUrl: aws.String(q.dead), MaxNumberOfMessages: 10, VisibilityTimeout: 1,
	})
	if err != nil {
		c.Fatalf("receive dead letters: %v", err)
	}
	var bodies []string
	for _, m := range out.Messages {
		bodies = append(bodies, aws.ToString(m.Body))
	}
	return bodies
}

// eventually waits until something is so.
func (c *cloud) eventually(what string, is func() bool) {
	c.Helper()
	deadline := time.Now().Add(90 * time.Second)
	for !is() {
		if time.Now().After(deadline) || c.Context().Err() != nil {
			c.Fatalf("in vain: %s", what)
		}
		time.Sleep(200 * time.Millisecond)
	}
}
