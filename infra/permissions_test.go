package infra

import (
	"slices"
	"testing"

	"pam/internal/aws/settings"
)

// actions are the permissions that each operation needs. Source: the Service Authorization Reference, for S3 with
// "Required permissions for Amazon S3 API operations" in its user guide, and for transactions "IAM policies" under "Managing
// complex workflows with transactions" in the DynamoDB developer guide. A read of S3 needs to list as well, to be told that
// an object is not there: "Permissions" of GetObject and HeadObject in the S3 API reference.
func actions() map[string][]string {
	return map[string][]string{
		"s3.PresignPutObject":        {"s3:PutObject"},
		"s3.PresignGetObject":        {"s3:GetObject"},
		"s3.PutObject":               {"s3:PutObject"},
		"s3.GetObject":               {"s3:GetObject", "s3:ListBucket"},
		"s3.HeadObject":              {"s3:GetObject", "s3:ListBucket"},
		"s3.DeleteObjects":           {"s3:DeleteObject"},
		"s3.ListObjectsV2":           {"s3:ListBucket"},
		"s3.CreateMultipartUpload":   {"s3:PutObject"},
		"s3.UploadPart":              {"s3:PutObject"},
		"s3.UploadPartCopy":          {"s3:PutObject", "s3:GetObject"},
		"s3.CompleteMultipartUpload": {"s3:PutObject"},
		"s3.AbortMultipartUpload":    {"s3:AbortMultipartUpload"},
		"s3.ListParts":               {"s3:ListMultipartUploadParts"},
		"s3.ListMultipartUploads":    {"s3:ListBucketMultipartUploads"},

		"dynamodb.GetItem":              {"dynamodb:GetItem"},
		"dynamodb.BatchGetItem":         {"dynamodb:BatchGetItem"},
		"dynamodb.BatchWriteItem":       {"dynamodb:BatchWriteItem"},
		"dynamodb.Query":                {"dynamodb:Query"},
		"dynamodb.PutItem":              {"dynamodb:PutItem"},
		"dynamodb.UpdateItem":           {"dynamodb:UpdateItem"},
		"dynamodb.DeleteItem":           {"dynamodb:DeleteItem"},
		"dynamodb.Scan":                 {"dynamodb:Scan"},
		"dynamodb.TransactWriteItems":   {}, // the permissions of its actions, which are these types
		"dynamodb/types.Put":            {"dynamodb:PutItem"},
		"dynamodb/types.Update":         {"dynamodb:UpdateItem"},
		"dynamodb/types.Delete":         {"dynamodb:DeleteItem"},
		"dynamodb/types.ConditionCheck": {"dynamodb:ConditionCheckItem"},

		"sqs.SendMessage":                      {"sqs:SendMessage"},
		"sqs.SendMessageBatch":                 {"sqs:SendMessage"},
		"sqs.ChangeMessageVisibility":          {"sqs:ChangeMessageVisibility"},
		"sns.CreateTopic":                      {"sns:CreateTopic"},
		"sns.Subscribe":                        {"sns:Subscribe"},
		"sns.DeleteTopic":                      {"sns:DeleteTopic"},
		"cognitoidentityprovider.ListUsers":    {"cognito-idp:ListUsers"},
		"sns.Publish":                          {"sns:Publish"},
		"sns.ListSubscriptionsByTopic":         {"sns:ListSubscriptionsByTopic"},
		"rekognition.DetectLabels":             {"rekognition:DetectLabels", "s3:GetObject"}, // it reads the object as the caller
		"cognitoidentityprovider.AdminGetUser": {"cognito-idp:AdminGetUser"},
	}
}

// othersJobs are the use cases that a function has code for and is never asked for: both consumers have the same handler of
// jobs, but each has a queue of its own, and package sqs sends label jobs to one and all others to the other.
func othersJobs() map[settings.Function][]string {
	library := func(methods ...string) (full []string) {
		for _, m := range methods {
			full = append(full, "(*pam/internal/photos.Library)."+m)
		}
		return full
	}
	return map[settings.Function][]string{
		settings.Detector: library("PlanArchive", "BuildPart", "FinishArchive", "giveUpArchive"),
		settings.Archiver: library("LabelPhoto", "giveUpLabelling"),
	}
}

// TestEveryActionThatTheCodeCallsIsGrantedAndNoOther follows the code of each function from its main to the SDK and compares
// with the policies of its role: a call without a grant fails here, and so does a grant without a call.
func TestEveryActionThatTheCodeCallsIsGrantedAndNoOther(t *testing.T) {
	tpl := readTemplate(t)
	var mains []string
	for _, f := range settings.Functions() {
		mains = append(mains, "pam/lambda/"+string(f))
	}
	program := loadProgram(t, mains...)
	for _, f := range settings.Functions() {
		t.Run(string(f), func(t *testing.T) {
			want := map[string]bool{
				// Its log, which Lambda writes in its role.
				"logs:CreateLogStream": true, "logs:PutLogEvents": true,
			}
			if len(tpl.sources(t, f)) > 0 {
				// Its queue, which Lambda reads in its role. Source: "Required permissions" of "Using Lambda with Amazon SQS".
				for _, action := range []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"} {
					want[action] = true
				}
			}
			reached := program.reach(t, "pam/lambda/"+string(f), othersJobs()[f]...)
			for _, operation := range reached {
				needed, known := actions()[operation]
				if !known {
					t.Errorf("%s calls %s: say in the table of this test which permissions that needs", f, operation)
				}
				for _, action := range needed {
					want[action] = true
				}
			}
			t.Logf("the code comes to %q", reached)
			granted := tpl.granted(t, f)
			for action := range want {
				if !granted[action] {
					t.Errorf("%s needs %s and is not granted it", f, action)
				}
			}
			for action := range granted {
				if !want[action] {
					t.Errorf("%s is granted %s and its code does not come to it", f, action)
				}
			}
		})
	}
}

// sources gives the event sources of a function.
func (tpl template) sources(t *testing.T, f settings.Function) []resource {
	t.Helper()
	var found []resource
	for _, source := range tpl.ofType("AWS::Lambda::EventSourceMapping") {
		if tpl.text(t, source.Properties["FunctionName"]) == "pam-"+string(f) {
			found = append(found, source)
		}
	}
	return found
}

// granted gives the actions that the policies of a function's role allow.
func (tpl template) granted(t *testing.T, f settings.Function) map[string]bool {
	t.Helper()
	role := tpl.function(t, string(f)).Properties["Role"].(map[string]any)["Fn::GetAtt"].([]any)[0].(string)
	if managed := tpl.Resources[role].Properties["ManagedPolicyArns"]; managed != nil {
		t.Errorf("%s has policies of AWS, which change without us: %v", f, managed)
	}
	if inline := tpl.Resources[role].Properties["Policies"]; inline != nil {
		t.Errorf("%s has policies inside its role, which this test does not read", f)
	}
	granted := map[string]bool{}
	for _, policy := range tpl.ofType("AWS::IAM::Policy") {
		roles, _ := policy.Properties["Roles"].([]any)
		if !slices.ContainsFunc(roles, func(r any) bool { return r.(map[string]any)["Ref"] == role }) {
			continue
		}
		for _, s := range policy.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any) {
			statement := s.(map[string]any)
			if statement["Effect"] != "Allow" {
				t.Errorf("%s has a statement that does not allow: %v", f, statement)
			}
			list, many := statement["Action"].([]any)
			if !many {
				list = []any{statement["Action"]}
			}
			for _, action := range list {
				granted[action.(string)] = true
			}
		}
	}
	return granted
}
