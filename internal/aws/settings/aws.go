package settings

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// The SDK's own variables. Sources: "Defined runtime environment variables" in the Lambda developer guide;
// "Service-specific endpoints" in the AWS SDKs and Tools reference guide.
const (
	regionVariable       = "AWS_REGION"
	keyIDVariable        = "AWS_ACCESS_KEY_ID"
	secretVariable       = "AWS_SECRET_ACCESS_KEY" //nolint:gosec // the name of a variable
	sessionTokenVariable = "AWS_SESSION_TOKEN"
	endpointVariable     = "AWS_ENDPOINT_URL"
)

// A service, as the SDK's variable for its endpoint names it.
const (
	S3          = "S3"
	DynamoDB    = "DYNAMODB"
	SQS         = "SQS"
	SNS         = "SNS"
	Cognito     = "COGNITO_IDENTITY_PROVIDER"
	Rekognition = "REKOGNITION"
)

// AWS gives the SDK's configuration for one of the services: region, credentials and endpoint from the SDK's own variables.
//
// It is made by hand because Lambda always puts these into the environment. The SDK's package config, which looks in all
// other places too, brings four more services' clients for that: 3 MB of each binary, and a part of each cold start.
type AWS struct {
	base   aws.Config
	getenv func(string) string
}

// ReadAWS reads the SDK's variables; client is used for all calls. Nothing is asked of anybody.
func ReadAWS(getenv func(string) string, client *http.Client) (AWS, error) {
	var errs []error
	for _, name := range []string{regionVariable, keyIDVariable, secretVariable} {
		if getenv(name) == "" {
			errs = append(errs, fmt.Errorf("settings: %s is missing: Lambda sets it", name))
		}
	}
	if len(errs) > 0 {
		return AWS{}, errors.Join(errs...)
	}
	return AWS{
		base: aws.Config{
			Region:      getenv(regionVariable),
			Credentials: credentials.NewStaticCredentialsProvider(getenv(keyIDVariable), getenv(secretVariable), getenv(sessionTokenVariable)),
			HTTPClient:  client,
		},
		getenv: getenv,
	}, nil
}

// Config gives the configuration of a service's client. Its BaseEndpoint is set only where the environment names a stand-in
// for the service, or for all of them.
func (a AWS) Config(service string) aws.Config {
	cfg := a.base.Copy()
	for _, name := range []string{endpointVariable + "_" + service, endpointVariable} {
		if endpoint := strings.TrimSuffix(a.getenv(name), "/"); endpoint != "" {
			cfg.BaseEndpoint = aws.String(endpoint)
			break
		}
	}
	return cfg
}
