// Package awstest runs tests of adapters against what stands in for AWS, and against AWS itself. `make conformance` starts
// the stand-ins and says by environment variables where they are; docs/decisions/0010-stand-ins-for-aws.md says what each
// can show.
package awstest

import (
	"cmp"
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// The variables that say where stand-ins are: a list of addresses, separated by commas. An address
// may end in a name, such as http://127.0.0.1:5000#moto.
const (
	DynamoDB    = "PAM_TEST_DYNAMODB_ENDPOINT"
	SQS         = "PAM_TEST_SQS_ENDPOINT"
	SNS         = "PAM_TEST_SNS_ENDPOINT"
	Cognito     = "PAM_TEST_COGNITO_ENDPOINT"
	Rekognition = "PAM_TEST_REKOGNITION_ENDPOINT"
	S3          = "PAM_TEST_S3_ENDPOINTS"

	CognitoLocal = "PAM_TEST_COGNITO_LOCAL_ENDPOINT" // the one stand-in with a login page
)

// Account is the variable that, when it is 1, has tests use the account of the SDK's default credentials
// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html), in its default region. They make what
// they need under names that nothing else has, and delete it at the end.
const Account = "PAM_TEST_AWS"

// The keys that stand-ins are started with.
const (
	AccessKey = "standin"
	SecretKey = "standin-secret"
	Region    = "us-east-1" // of every stand-in
)

// Each runs a test on each stand-in of a service and on the account, as far as they are there. Without any it is skipped.
func Each(t *testing.T, variable string, run func(t *testing.T, cfg aws.Config)) {
	t.Helper()
	endpoints := Endpoints(variable)
	account := os.Getenv(Account) == "1"
	if len(endpoints) == 0 && !account {
		t.Skipf("%s names no stand-in and %s is not 1: run make conformance", variable, Account)
	}
	for _, endpoint := range endpoints {
		cfg := StandIn(endpoint)
		t.Run(cmp.Or(NameOf(cfg), endpoint), func(t *testing.T) { run(t, cfg) })
	}
	if account {
		t.Run("AWS", func(t *testing.T) {
			cfg, err := config.LoadDefaultConfig(t.Context())
			if err != nil {
				t.Fatalf("the account's configuration: %v", err)
			}
			run(t, cfg)
		})
	}
}

// Endpoints reads a variable that names stand-ins.
func Endpoints(variable string) []string {
	return strings.FieldsFunc(os.Getenv(variable), func(r rune) bool { return r == ',' || r == ' ' })
}

// StandIn gives the configuration of a client of a stand-in. The name goes along as the application's, which clients tell
// in the header User-Agent.
func StandIn(endpoint string) aws.Config {
	address, name, _ := strings.Cut(endpoint, "#")
	return aws.Config{
		Region:       Region,
		Credentials:  credentials.NewStaticCredentialsProvider(AccessKey, SecretKey, ""),
		BaseEndpoint: aws.String(address),
		AppID:        name,
	}
}

// NameOf gives the name of the stand-in that a configuration of Each is for; "" where it has none.
func NameOf(cfg aws.Config) string { return cfg.AppID }

// IsStandIn says whether a configuration of Each is that of a stand-in.
func IsStandIn(cfg aws.Config) bool { return cfg.BaseEndpoint != nil }

// Unique gives a name that nothing else has, made of small letters and digits, so that any service takes it.
func Unique(prefix string) string {
	return prefix + strings.ToLower(rand.Text())
}
