package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognitotypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"pam/internal/auth/authtest"
	"pam/internal/aws/awstest"
	"pam/internal/aws/dynamo/dynamotest"
	"pam/internal/aws/settings"
	"pam/internal/runtimeapi"
)

const (
	site = "https://photos.example.org"
	// maxReceives is fewer than the stack's, so that what fails for good does so in seconds.
	maxReceives = 3
)

// cloud is what the stack makes in an account, made through the same APIs: a table, two buckets, two queues that each have
// a queue for dead letters, a user pool with one person. Lambda itself, its event source mappings and S3's notifications
// are played by the test. Tokens come from an issuer of the test's own, which signs for the person of the pool: no stand-in
// issues access tokens with PAM's scopes, and a real pool does so only to somebody at its login page.
type cloud struct {
	*testing.T
	configs          map[string]aws.Config // by service, as package settings names it
	programs         string                // folder of the four bootstraps
	table            string
	storage, working string
	detector         queue
	archiver         queue
	pool, person     string // ids
	topicPrefix      string
	issuer           *authtest.Issuer
	requests         *recorder // of S3; nil on an account
}

// queue is an SQS queue and the one for its dead letters.
type queue struct{ url, arn, dead string }

// newCloud makes all of it, and deletes it at the end of the test.
func newCloud(t *testing.T, store aws.Config, programs string) *cloud {
	t.Helper()
	c := &cloud{T: t, programs: programs, issuer: authtest.NewIssuer(t), configs: map[string]aws.Config{}}
	for service, variable := range map[string]string{
		settings.DynamoDB: awstest.DynamoDB, settings.SQS: awstest.SQS, settings.SNS: awstest.SNS,
		settings.Cognito: awstest.Cognito, settings.Rekognition: awstest.Rekognition,
	} {
		c.configs[service] = store
		if awstest.IsStandIn(store) {
			endpoints := awstest.Endpoints(variable)
			if len(endpoints) == 0 {
				t.Fatalf("%s names no stand-in, although there is one for S3", variable)
			}
			c.configs[service] = awstest.StandIn(endpoints[0])
		}
	}
	if awstest.IsStandIn(store) {
		var address string
		c.requests, address = record(t, aws.ToString(store.BaseEndpoint))
		store.BaseEndpoint = aws.String(address)
	}
	c.configs[settings.S3] = store
	c.table = dynamotest.NewTable(t, dynamodb.NewFromConfig(c.configs[settings.DynamoDB]))
	c.storage, c.working = c.newBucket("storage"), c.newBucket("working")
	c.detector, c.archiver = c.newQueue("detector"), c.newQueue("archiver")
	c.newPool()
	c.newTopicPrefix()
	return c
}

func (c *cloud) standIn() bool { return awstest.IsStandIn(c.configs[settings.S3]) }

func (c *cloud) s3() *awss3.Client {
	return awss3.NewFromConfig(c.configs[settings.S3], func(o *awss3.Options) { o.UsePathStyle = c.standIn() })
}

// later gives a context for what is deleted at the end of the test.
func (c *cloud) later() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(c.Context()), time.Minute)
}

func (c *cloud) newBucket(purpose string) string {
	c.Helper()
	name, client := awstest.Unique("pam-test-"+purpose+"-"), c.s3()
	input := &awss3.CreateBucketInput{Bucket: aws.String(name)}
	if region := c.configs[settings.S3].Region; region != "us-east-1" {
		input.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(region)}
	}
	if _, err := client.CreateBucket(c.Context(), input); err != nil {
		c.Fatalf("create a bucket: %v", err)
	}
	c.Cleanup(func() {
		ctx, cancel := c.later()
		defer cancel()
		pages := awss3.NewListObjectsV2Paginator(client, &awss3.ListObjectsV2Input{Bucket: aws.String(name)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				c.Errorf("list the bucket %s: %v", name, err)
				return
			}
			for _, object := range page.Contents {
				if _, err := client.DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: aws.String(name), Key: object.Key}); err != nil {
					c.Errorf("delete an object of %s: %v", name, err)
				}
			}
		}
		if _, err := client.DeleteBucket(ctx, &awss3.DeleteBucketInput{Bucket: aws.String(name)}); err != nil {
			c.Errorf("delete the bucket %s: %v", name, err)
		}
	})
	return name
}

// newQueue makes a queue with a redrive policy, as the stack does.
func (c *cloud) newQueue(name string) queue {
	c.Helper()
	dead, deadARN := c.sqsQueue("dead-"+name, nil)
	redrive, err := json.Marshal(map[string]any{"deadLetterTargetArn": deadARN, "maxReceiveCount": maxReceives})
	if err != nil {
		c.Fatal(err)
	}
	url, arn := c.sqsQueue(name, map[string]string{"RedrivePolicy": string(redrive)})
	return queue{url, arn, dead}
}

func (c *cloud) sqsQueue(name string, attributes map[string]string) (url, arn string) {
	c.Helper()
	client := awssqs.NewFromConfig(c.configs[settings.SQS])
	out, err := client.CreateQueue(c.Context(), &awssqs.CreateQueueInput{QueueName: aws.String(awstest.Unique("pam-test-" + name + "-")), Attributes: attributes})
	if err != nil {
		c.Fatalf("create a queue: %v", err)
	}
	c.Cleanup(func() {
		ctx, cancel := c.later()
		defer cancel()
		if _, err := client.DeleteQueue(ctx, &awssqs.DeleteQueueInput{QueueUrl: out.QueueUrl}); err != nil {
			c.Errorf("delete a queue: %v", err)
		}
	})
	is, err := client.GetQueueAttributes(c.Context(), &awssqs.GetQueueAttributesInput{QueueUrl: out.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn}})
	if err != nil {
		c.Fatalf("describe a queue: %v", err)
	}
	return aws.ToString(out.QueueUrl), is.Attributes[string(sqstypes.QueueAttributeNameQueueArn)]
}

// newPool makes a pool whose people are known by their addresses, as the stack's are.
func (c *cloud) newPool() {
	c.Helper()
	client := cognitoidentityprovider.NewFromConfig(c.configs[settings.Cognito])
	created, err := client.CreateUserPool(c.Context(), &cognitoidentityprovider.CreateUserPoolInput{
		PoolName: aws.String(awstest.Unique("pam-test-")), UsernameAttributes: []cognitotypes.UsernameAttributeType{cognitotypes.UsernameAttributeTypeEmail},
	})
	if err != nil {
		c.Fatalf("create a pool: %v", err)
	}
	c.pool = aws.ToString(created.UserPool.Id)
	c.Cleanup(func() {
		ctx, cancel := c.later()
		defer cancel()
		if _, err := client.DeleteUserPool(ctx, &cognitoidentityprovider.DeleteUserPoolInput{UserPoolId: aws.String(c.pool)}); err != nil {
			c.Errorf("delete a pool: %v", err)
		}
	})
	user, err := client.AdminCreateUser(c.Context(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: aws.String(c.pool), Username: aws.String(address), MessageAction: cognitotypes.MessageActionTypeSuppress,
		UserAttributes: []cognitotypes.AttributeType{
			{Name: aws.String("email"), Value: aws.String(address)}, {Name: aws.String("email_verified"), Value: aws.String("true")},
		},
	})
	if err != nil {
		c.Fatalf("create a user: %v", err)
	}
	for _, a := range user.User.Attributes {
		if aws.ToString(a.Name) == "sub" {
			c.person = aws.ToString(a.Value)
		}
	}
}

// newTopicPrefix asks SNS for region and account, and has topics deleted that begin so.
func (c *cloud) newTopicPrefix() {
	c.Helper()
	client := awssns.NewFromConfig(c.configs[settings.SNS])
	out, err := client.CreateTopic(c.Context(), &awssns.CreateTopicInput{Name: aws.String(awstest.Unique("pam-test-"))})
	if err != nil {
		c.Fatalf("create a topic: %v", err)
	}
	if _, err := client.DeleteTopic(c.Context(), &awssns.DeleteTopicInput{TopicArn: out.TopicArn}); err != nil {
		c.Fatalf("delete a topic: %v", err)
	}
	c.topicPrefix = aws.ToString(out.TopicArn) + "-"
	c.Cleanup(func() {
		ctx, cancel := c.later()
		defer cancel()
		pages := awssns.NewListTopicsPaginator(client, &awssns.ListTopicsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				c.Errorf("list topics: %v", err)
				return
			}
			for _, topic := range page.Topics {
				if !strings.HasPrefix(aws.ToString(topic.TopicArn), c.topicPrefix) {
					continue
				}
				if _, err := client.DeleteTopic(ctx, &awssns.DeleteTopicInput{TopicArn: topic.TopicArn}); err != nil {
					c.Errorf("delete a topic: %v", err)
				}
			}
		}
	})
}

// token is one of the person with all scopes.
func (c *cloud) token() string {
	c.Helper()
	claims := authtest.Claims(time.Now())
	claims["iss"], claims["sub"] = c.issuer.Server.URL, c.person
	return c.issuer.Token(c, claims)
}

// environment is a function's whole environment: Lambda's variables, the stack's, and where stand-ins are.
func (c *cloud) environment(change ...string) []string {
	c.Helper()
	credentials, err := c.configs[settings.S3].Credentials.Retrieve(c.Context())
	if err != nil {
		c.Fatalf("the account's credentials: %v", err)
	}
	list := []string{
		"AWS_REGION=" + c.configs[settings.S3].Region, "AWS_ACCESS_KEY_ID=" + credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + credentials.SecretAccessKey, "AWS_SESSION_TOKEN=" + credentials.SessionToken,
		settings.Table + "=" + c.table, settings.StorageBucket + "=" + c.storage, settings.WorkingBucket + "=" + c.working,
		settings.DetectorQueueURL + "=" + c.detector.url, settings.ArchiverQueueURL + "=" + c.archiver.url, settings.MaxReceives + "=" + strconv.Itoa(maxReceives),
		settings.Issuer + "=" + c.issuer.Server.URL, settings.ClientIDs + "=" + authtest.ClientID, settings.UserPoolID + "=" + c.pool,
		settings.Site + "=" + site, settings.StoreOrigin + "=https://store.example.org", settings.TopicPrefix + "=" + c.topicPrefix,
	}
	for _, service := range slices.Sorted(maps.Keys(c.configs)) {
		if endpoint := c.configs[service].BaseEndpoint; endpoint != nil {
			list = append(list, "AWS_ENDPOINT_URL_"+service+"="+*endpoint)
		}
	}
	return append(list, change...)
}

// start starts one of the functions, and stops it at the end of the test; change adapts its environment.
func (c *cloud) start(name settings.Function, change ...string) *runtimeapi.Function {
	c.Helper()
	logs := new(bytes.Buffer)
	f, err := runtimeapi.Start(c.Context(), runtimeapi.Config{
		Command: []string{filepath.Join(c.programs, string(name))}, Env: c.environment(change...), Logs: logs, Timeout: 2 * time.Minute,
	})
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() {
		if err := f.Stop(); err != nil {
			c.Errorf("stop %s: %v", name, err)
		}
		if c.Failed() {
			c.Logf("%s wrote:\n%s", name, logs)
		}
	})
	ctx, cancel := context.WithTimeout(c.Context(), time.Minute)
	defer cancel()
	if _, err := f.Ready(ctx); err != nil {
		c.Fatalf("%s: %v\n%s", name, err, logs)
	}
	return f
}

// buildFunctions builds the bootstraps as they are deployed, but for this machine.
func buildFunctions(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for _, name := range settings.Functions() {
		build := exec.CommandContext(t.Context(), "go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false",
			"-ldflags", "-s -w -buildid=", "-o", filepath.Join(folder, string(name)), "pam/lambda/"+string(name))
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", name, err, text)
		}
	}
	return folder
}
