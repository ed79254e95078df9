package settings

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// s3Endpoint is the SDK's variable for another S3 than Amazon's. Source: "Service-specific endpoints" in the AWS SDKs and
// Tools reference guide.
const s3Endpoint = "AWS_ENDPOINT_URL_S3"

// AWSConfig gives the SDK's configuration from its own variables, with the client for all calls. Nothing is asked of
// anybody: on Lambda region and credentials are in the environment.
func AWSConfig(ctx context.Context, client *http.Client) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(client))
	if err != nil {
		return aws.Config{}, fmt.Errorf("settings: configure the SDK: %w", err)
	}
	return cfg, nil
}

// S3Config gives the same for package s3, which has to know of an endpoint to address its buckets by path.
func S3Config(cfg aws.Config, getenv func(string) string) aws.Config {
	if endpoint := getenv(s3Endpoint); endpoint != "" {
		cfg.BaseEndpoint = aws.String(endpoint)
	}
	return cfg
}
