// Command archiver is the Lambda function that plans archives, builds their parts and finishes them. Its environment is
// described in internal/aws/settings.
package main

import (
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"pam/internal/absent"
	"pam/internal/aws/dynamo"
	"pam/internal/aws/settings"
	"pam/internal/aws/sns"
	"pam/internal/aws/sqs"
	"pam/internal/invocation"
	"pam/internal/jobs"
	"pam/internal/photos"
	"pam/internal/s3"
	"pam/internal/sqsevent"
)

func main() {
	logger := invocation.Logger(os.Stderr, os.Getenv)
	handler, err := open(os.Getenv, logger)
	if err != nil {
		logger.Error("the function cannot start", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}

// open makes the handler. It asks nothing of anybody.
func open(getenv func(string) string, logger *slog.Logger) (sqsevent.Handler, error) {
	s, err := settings.Read(settings.Archiver, getenv)
	if err != nil {
		return sqsevent.Handler{}, err
	}
	aws, err := settings.ReadAWS(getenv, s3.NewHTTPClient())
	if err != nil {
		return sqsevent.Handler{}, err
	}
	notifier, err := sns.New(aws.Config(settings.SNS), sns.Config{TopicPrefix: s.TopicPrefix, Site: s.Site})
	if err != nil {
		return sqsevent.Handler{}, err
	}
	library, err := photos.NewLibrary(photos.Config{
		Catalog:   dynamo.New(dynamodb.NewFromConfig(aws.Config(settings.DynamoDB)), s.Table),
		Objects:   s3.New(aws.Config(settings.S3), s3.Buckets{Storage: s.StorageBucket, Working: s.WorkingBucket}),
		Inspector: absent.Inspector{}, Labeler: absent.Labeler{}, Directory: absent.Directory{},
		Queue:    sqs.New(aws.Config(settings.SQS), sqs.URLs{Archiver: s.ArchiverQueueURL}),
		Notifier: notifier,
		Now:      time.Now, NewID: photos.ULIDs(), Logger: logger, StoreExpires: true, ArchiveMemory: s.ArchiveMemory,
	})
	if err != nil {
		return sqsevent.Handler{}, err
	}
	return sqsevent.Handler{
		Jobs: jobs.Handler{Library: library}, Queue: sqs.NewSource(aws.Config(settings.SQS), s.ArchiverQueueURL),
		MaxReceives: s.MaxReceives, Workers: library.ArchiveJobs(), Now: time.Now, Logger: logger,
	}, nil
}
