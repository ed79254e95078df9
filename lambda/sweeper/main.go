// Command sweeper is the Lambda function that, on a schedule, takes up what stands still. Its environment is described in
// internal/aws/settings.
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
	"pam/internal/aws/sqs"
	"pam/internal/invocation"
	"pam/internal/photos"
	"pam/internal/s3"
	"pam/internal/sweepevent"
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
func open(getenv func(string) string, logger *slog.Logger) (sweepevent.Handler, error) {
	s, err := settings.Read(settings.Sweeper, getenv)
	if err != nil {
		return sweepevent.Handler{}, err
	}
	aws, err := settings.ReadAWS(getenv, s3.NewHTTPClient())
	if err != nil {
		return sweepevent.Handler{}, err
	}
	library, err := photos.NewLibrary(photos.Config{
		Catalog:   dynamo.New(dynamodb.NewFromConfig(aws.Config(settings.DynamoDB)), s.Table),
		Objects:   s3.New(aws.Config(settings.S3), s3.Buckets{Storage: s.StorageBucket, Working: s.WorkingBucket}),
		Inspector: absent.Inspector{}, Labeler: absent.Labeler{}, Notifier: absent.Notifier{}, Directory: absent.Directory{},
		Queue: sqs.New(aws.Config(settings.SQS), sqs.URLs{Detector: s.DetectorQueueURL, Archiver: s.ArchiverQueueURL}),
		Now:   time.Now, NewID: photos.ULIDs(), Logger: logger, StoreExpires: true,
	})
	return sweepevent.Handler{Sweeper: library, Logger: logger}, err
}
