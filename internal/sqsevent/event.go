// Package sqsevent does what the messages of a queue ask for, as Lambda hands them out: in batches, whose failures are told
// one by one (ReportBatchItemFailures). It stands where package local/worker stands on the laptop, and keeps the same
// promises: a message that fails comes again, later and later; one that failed too often is given up, so that its owner
// sees what became of it, and lands in the dead-letter queue; one whose handler found a store busy is given back without
// using up a receive (docs/decisions/0011-busy-messages-are-sent-again.md).
//
// It also takes notifications that S3 sends to the function itself, past any queue.
package sqsevent

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Message is one message of a batch. Source of the format: "Using Lambda with Amazon SQS" in the Lambda developer guide.
type Message struct {
	ID            string
	ReceiptHandle string
	Body          []byte
	Receives      int       // how often it was received, this time included: 1 or more
	FirstSent     time.Time // when it, or the message that it is a copy of, was first sent
}

// FirstSentAttribute is the message attribute, a number of milliseconds since 1970, by which a copy says when the first of
// its messages was sent.
const FirstSentAttribute = "pam-first-sent"

// Sources of records, as their eventSource says.
const (
	sourceSQS = "aws:sqs"
	sourceS3  = "aws:s3"
)

type event struct {
	Event   string   `json:"Event"` // of S3's test message
	Records []record `json:"Records"`
}

type record struct {
	EventSource   string `json:"eventSource"`
	MessageID     string `json:"messageId"`
	ReceiptHandle string `json:"receiptHandle"`
	Body          string `json:"body"`
	Attributes    struct {
		ApproximateReceiveCount string `json:"ApproximateReceiveCount"`
		SentTimestamp           string `json:"SentTimestamp"`
	} `json:"attributes"`
	MessageAttributes map[string]struct {
		StringValue string `json:"stringValue"`
	} `json:"messageAttributes"`
}

// parse reads an event: the messages of a batch, or none where S3 itself speaks. What is neither is an error.
func parse(raw json.RawMessage) (batch []Message, direct bool, err error) {
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, false, fmt.Errorf("sqsevent: read the event: %w", err)
	}
	if len(e.Records) == 0 {
		if e.Event != "" {
			return nil, true, nil // S3's test message; the reader of notifications knows which there are
		}
		return nil, false, errors.New("sqsevent: neither a batch of SQS nor a notification of S3: no Records")
	}
	direct = e.Records[0].EventSource == sourceS3
	for i, r := range e.Records {
		switch {
		case direct && r.EventSource == sourceS3:
		case !direct && r.EventSource == sourceSQS && r.MessageID != "":
			batch = append(batch, r.message())
		default:
			return nil, false, fmt.Errorf("sqsevent: neither a batch of SQS nor a notification of S3: record %d", i)
		}
	}
	return batch, direct, nil
}

// message reads a record. Numbers that are not there or not readable are taken for those of a new message.
func (r record) message() Message {
	m := Message{ID: r.MessageID, ReceiptHandle: r.ReceiptHandle, Body: []byte(r.Body), Receives: 1}
	if n, err := strconv.Atoi(r.Attributes.ApproximateReceiveCount); err == nil && n > 1 {
		m.Receives = n
	}
	sent := r.Attributes.SentTimestamp
	if first, ok := r.MessageAttributes[FirstSentAttribute]; ok {
		sent = first.StringValue
	}
	if ms, err := strconv.ParseInt(sent, 10, 64); err == nil && ms > 0 {
		m.FirstSent = time.UnixMilli(ms)
	}
	return m
}

// Response is the answer to a batch: the messages that are to come again. Source: "Implementing partial batch responses" in
// the Lambda developer guide.
type Response struct {
	BatchItemFailures []Failure `json:"batchItemFailures"`
}

// Failure names a message.
type Failure struct {
	ItemIdentifier string `json:"itemIdentifier"`
}
