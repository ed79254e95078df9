package settings_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"pam/internal/aws/settings"
)

// good is an environment with everything in it.
func good() map[string]string {
	return map[string]string{
		"PAM_TABLE": "pam", "PAM_STORAGE_BUCKET": "pam-storage", "PAM_WORKING_BUCKET": "pam-working",
		"PAM_DETECTOR_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/111122223333/detector",
		"PAM_ARCHIVER_QUEUE_URL": "http://127.0.0.1:9324/queue/archiver", "PAM_MAX_RECEIVES": "5",
		"PAM_ISSUER":     "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
		"PAM_CLIENT_IDS": "pages, other", "PAM_USER_POOL_ID": "eu-central-1_AbCdEfGhI", "PAM_SITE": "https://photos.example.org",
		"PAM_LOGIN_ORIGINS": "https://login.example.org", "PAM_LOGOUT_URL": "https://login.example.org/logout?client_id=pages",
		"PAM_ALLOW_ORIGINS": "https://a.example.org,https://b.example.org:8443",
		"PAM_STORE_ORIGIN":  "https://pam-storage.s3.eu-central-1.amazonaws.com",
		"PAM_TOPIC_PREFIX":  "arn:aws:sns:eu-central-1:111122223333:pam-", "PAM_ARCHIVE_MEMORY": "67108864",
	}
}

func getenv(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

func TestRead(t *testing.T) {
	s, err := settings.Read(settings.API, getenv(good()))
	if err != nil {
		t.Fatal(err)
	}
	want := settings.Settings{
		Table: "pam", StorageBucket: "pam-storage", WorkingBucket: "pam-working", ArchiverQueueURL: "http://127.0.0.1:9324/queue/archiver",
		Issuer: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI", ClientIDs: []string{"pages", "other"},
		UserPoolID: "eu-central-1_AbCdEfGhI", Site: "https://photos.example.org", LoginOrigins: []string{"https://login.example.org"},
		LogoutURL: "https://login.example.org/logout?client_id=pages", AllowOrigins: []string{"https://a.example.org", "https://b.example.org:8443"},
		StoreOrigin: "https://pam-storage.s3.eu-central-1.amazonaws.com", TopicPrefix: "arn:aws:sns:eu-central-1:111122223333:pam-",
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("the API reads what it needs and no more:\n got %+v\nwant %+v", s, want)
	}
	if _, err := settings.Read("other", getenv(good())); err == nil {
		t.Error("an unknown function was read")
	}
}

// TestEachFunctionReadsItsOwn takes away each variable in turn, and all that the function does not read.
func TestEachFunctionReadsItsOwn(t *testing.T) {
	for _, f := range settings.Functions() {
		variables := settings.Variables(f)
		env := map[string]string{}
		for _, v := range variables {
			env[v.Name] = good()[v.Name]
		}
		if _, err := settings.Read(f, getenv(env)); err != nil {
			t.Errorf("%s needs more than its table says: %v", f, err)
		}
		for _, v := range variables {
			if v.Rule == "" || env[v.Name] == "" {
				t.Errorf("%s: %s has no rule, or no good value in this test", f, v.Name)
			}
			without := getenv(env)
			_, err := settings.Read(f, func(name string) string {
				if name == v.Name {
					return ""
				}
				return without(name)
			})
			if v.Optional != (err == nil) || err != nil && (!strings.Contains(err.Error(), v.Name+" is missing") || !strings.Contains(err.Error(), v.Rule)) {
				t.Errorf("%s without %s: %v", f, v.Name, err)
			}
		}
	}
}

func TestMalformed(t *testing.T) {
	for name, values := range map[string][]string{
		"PAM_TABLE":              {"ab", "a table", strings.Repeat("a", 256)},
		"PAM_STORAGE_BUCKET":     {"UPPER", "a", "a_b_c"},
		"PAM_WORKING_BUCKET":     {"s3://bucket"},
		"PAM_ARCHIVER_QUEUE_URL": {"queue", "http://sqs.example.org/1/q", "ftp://a/b"},
		"PAM_MAX_RECEIVES":       {"0", "1", "1001", "five", "5.0"},
		"PAM_ISSUER":             {"https://issuer.example.org/", "issuer.example.org", "https://a/b?c"},
		"PAM_CLIENT_IDS":         {"a,,b", ",", "a b"},
		"PAM_USER_POOL_ID":       {"eu-central-1", "_x", "eu-central-1_a-b"},
		"PAM_SITE":               {"https://photos.example.org/", "photos.example.org", "http://photos.example.org", "https://user@photos.example.org"},
		"PAM_LOGIN_ORIGINS":      {"https://a.example.org/path"},
		"PAM_LOGOUT_URL":         {"/logout", "https://a/ b"},
		"PAM_ALLOW_ORIGINS":      {"*", "https://a.example.org;https://b.example.org"},
		"PAM_STORE_ORIGIN":       {"s3"},
		"PAM_TOPIC_PREFIX":       {"pam-", "arn:aws:sqs:eu-central-1:111122223333:pam-", "arn:aws:sns:eu-central-1:111122223333:", "arn:aws:sns:eu-central-1:1:pam-"},
		"PAM_ARCHIVE_MEMORY":     {"64MiB", "1024", "-1"},
	} {
		for _, value := range values {
			env := good()
			env[name] = value
			failed := false
			for _, f := range settings.Functions() {
				s, err := settings.Read(f, getenv(env))
				if err == nil {
					continue
				}
				failed = true
				if !strings.Contains(err.Error(), name+" is malformed: it must be") || !reflect.DeepEqual(s, settings.Settings{}) {
					t.Errorf("%s=%q: %v", name, value, err)
				}
			}
			if !failed {
				t.Errorf("%s=%q was taken", name, value)
			}
		}
	}
}

func TestAWS(t *testing.T) {
	env := map[string]string{"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
	a, err := settings.ReadAWS(getenv(env), http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	cfg := a.Config(settings.S3)
	keys, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil || cfg.Region != "eu-central-1" || keys.AccessKeyID != "id" || keys.SessionToken != "token" || cfg.BaseEndpoint != nil {
		t.Errorf("%+v, %v", cfg, err)
	}
	env["AWS_ENDPOINT_URL"], env["AWS_ENDPOINT_URL_S3"] = "http://127.0.0.1:5000", "http://127.0.0.1:7070/"
	if s3, sqs := aws.ToString(a.Config(settings.S3).BaseEndpoint), aws.ToString(a.Config(settings.SQS).BaseEndpoint); s3 != "http://127.0.0.1:7070" || sqs != "http://127.0.0.1:5000" {
		t.Errorf("S3 at %q, SQS at %q", s3, sqs)
	}
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		without := func(asked string) string {
			if asked == name {
				return ""
			}
			return env[asked]
		}
		if _, err := settings.ReadAWS(without, http.DefaultClient); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
