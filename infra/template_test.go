// Package infra proves that the stack and the program agree: the tests read the template that `make synth` makes and compare
// it with the code that runs in its functions. What the stack promises by itself is tested beside it, in the folder test.
package infra

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"pam/internal/aws/settings"
)

// templatePath is where `make synth` leaves the template.
const templatePath = "cdk.out/pam.template.json"

// Where the evaluated stack is: any account and region do.
const (
	testRegion  = "eu-central-1"
	testAccount = "111122223333"
	testSite    = "photos.example.org"
)

// template is a CloudFormation template.
type template struct {
	Resources map[string]resource
}

type resource struct {
	Type       string
	Properties map[string]any
}

// readTemplate reads the template, or skips the test where there is none.
func readTemplate(t *testing.T) template {
	t.Helper()
	text, err := os.ReadFile(templatePath)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("there is no infra/%s: run make synth first", templatePath)
	}
	if err != nil {
		t.Fatal(err)
	}
	var read template
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// ofType gives the resources of a type by their logical ids.
func (tpl template) ofType(kind string) map[string]resource {
	found := map[string]resource{}
	for id, r := range tpl.Resources {
		if r.Type == kind {
			found[id] = r
		}
	}
	return found
}

// function gives the one Lambda function whose name ends so.
func (tpl template) function(t *testing.T, name string) resource {
	t.Helper()
	for _, r := range tpl.ofType("AWS::Lambda::Function") {
		if tpl.text(t, r.Properties["FunctionName"]) == "pam-"+name {
			return r
		}
	}
	t.Fatalf("the template has no function pam-%s", name)
	return resource{}
}

// settings gives what a function reads of its environment.
func (tpl template) settings(t *testing.T, f settings.Function) settings.Settings {
	t.Helper()
	environment := tpl.environment(t, f)
	read, err := settings.Read(f, func(name string) string { return environment[name] })
	if err != nil {
		t.Fatalf("%s would not start: %v", f, err)
	}
	return read
}

// environment gives the variables that a function is told.
func (tpl template) environment(t *testing.T, f settings.Function) map[string]string {
	t.Helper()
	environment := map[string]string{}
	set, _ := tpl.function(t, string(f)).Properties["Environment"].(map[string]any)
	variables, _ := set["Variables"].(map[string]any)
	for name, value := range variables {
		environment[name] = tpl.text(t, value)
	}
	return environment
}

// text evaluates a value as CloudFormation would.
func (tpl template) text(t *testing.T, value any) string {
	t.Helper()
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		for name, argument := range v {
			return tpl.intrinsic(t, name, argument)
		}
	}
	t.Fatalf("the template has %v where a text belongs", value)
	return ""
}

// intrinsic evaluates one function of CloudFormation.
func (tpl template) intrinsic(t *testing.T, name string, argument any) string {
	t.Helper()
	list, _ := argument.([]any)
	switch {
	case name == "Ref":
		return tpl.ref(t, argument.(string))
	case name == "Fn::GetAtt" && len(list) == 2:
		return tpl.attribute(t, list[0].(string), list[1].(string))
	case name == "Fn::Join" && len(list) == 2:
		var parts []string
		for _, part := range list[1].([]any) {
			parts = append(parts, tpl.text(t, part))
		}
		return strings.Join(parts, list[0].(string))
	case name == "Fn::Select" && len(list) == 2:
		split, ok := list[1].(map[string]any)["Fn::Split"].([]any)
		if !ok {
			break
		}
		parts := strings.Split(tpl.text(t, split[1]), split[0].(string))
		index := int(list[0].(float64))
		if index >= len(parts) {
			t.Fatalf("the template selects part %d of %q", index, parts)
		}
		return parts[index]
	}
	t.Fatalf("these tests cannot evaluate %s %v", name, argument)
	return ""
}

// ref evaluates {"Ref": id}. Ids that AWS gives are made up, in the form that AWS gives them.
func (tpl template) ref(t *testing.T, id string) string {
	t.Helper()
	switch id {
	case "AWS::Partition":
		return "aws"
	case "AWS::Region":
		return testRegion
	case "AWS::AccountId":
		return testAccount
	case "AWS::URLSuffix":
		return "amazonaws.com"
	case "AWS::StackId":
		return "arn:aws:cloudformation:" + testRegion + ":" + testAccount + ":stack/pam/0a1b2c3d-1111-2222-3333-0123456789ab"
	case "SiteHost":
		return testSite
	}
	r, ok := tpl.Resources[id]
	if !ok {
		t.Fatalf("the template refers to %q", id)
	}
	switch r.Type {
	case "AWS::SQS::Queue":
		return "https://sqs." + testRegion + ".amazonaws.com/" + testAccount + "/" + tpl.name(t, id)
	case "AWS::Cognito::UserPool":
		return testRegion + "_AbCdEfGhI"
	case "AWS::Cognito::UserPoolResourceServer":
		return tpl.text(t, r.Properties["Identifier"])
	default:
		return tpl.name(t, id)
	}
}

// name gives the name of a resource: its own, or one as CloudFormation makes it up.
func (tpl template) name(t *testing.T, id string) string {
	t.Helper()
	for _, property := range []string{"BucketName", "QueueName", "TableName", "FunctionName", "RoleName"} {
		if name, ok := tpl.Resources[id].Properties[property]; ok {
			return tpl.text(t, name)
		}
	}
	return "pam-" + strings.ToLower(id)
}

// attribute evaluates {"Fn::GetAtt": [id, name]}.
func (tpl template) attribute(t *testing.T, id, name string) string {
	t.Helper()
	r, ok := tpl.Resources[id]
	if !ok {
		t.Fatalf("the template refers to %q", id)
	}
	service := strings.ToLower(strings.Split(r.Type, "::")[1])
	switch {
	case name == "RegionalDomainName":
		return tpl.name(t, id) + ".s3." + testRegion + ".amazonaws.com"
	case name == "Arn" && service == "s3":
		return "arn:aws:s3:::" + tpl.name(t, id)
	case name == "Arn" || name == "TopicArn":
		return "arn:aws:" + service + ":" + testRegion + ":" + testAccount + ":" + tpl.name(t, id)
	}
	t.Fatalf("these tests cannot evaluate %s of a %s", name, r.Type)
	return ""
}
