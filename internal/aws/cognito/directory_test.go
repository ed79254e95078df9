package cognito_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"pam/internal/aws/cognito"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

const (
	pool = "eu-central-1_TestPool1"
	sub  = "0c1d2e3f-0000-4000-8000-0123456789ab"
)

// user is one of a pool.
type user struct {
	name     string
	disabled bool
	values   map[string]string
}

func person(name string, change ...string) user {
	u := user{name: name, values: map[string]string{"sub": sub, "email": "dan@example.org", "email_verified": "true"}}
	for i := 0; i < len(change); i += 2 {
		if u.values[change[i]] = change[i+1]; change[i+1] == "" {
			delete(u.values, change[i])
		}
	}
	return u
}

func (u user) attributes() []map[string]string {
	var list []map[string]string
	for name, value := range u.values {
		list = append(list, map[string]string{"Name": name, "Value": value})
	}
	return list
}

// service is a user pool in the protocol JSON 1.1
// (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html).
type service struct {
	users  []user
	bySub  bool // AdminGetUser takes the sub of a local user
	status int  // fails every call, with the code, when not zero
	code   string

	mu    sync.Mutex
	calls []string
}

func (s *service) directory(t *testing.T) *cognito.Directory {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ UserPoolId, Username, Filter string } //nolint:revive // as Cognito names them
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Errorf("request: %v", err)
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		status, answer := s.answer(t, operation, in.UserPoolId, in.Username, in.Filter)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Errorf("answer: %v", err)
		}
	}))
	t.Cleanup(server.Close)
	return cognito.New(aws.Config{
		Region:       "eu-central-1",
		Credentials:  credentials.NewStaticCredentialsProvider("id", "secret", ""),
		BaseEndpoint: aws.String(server.URL),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.Backoff = noBackoff{} })
		},
	}, pool)
}

// noBackoff retries at once, as tests do not sleep.
type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

func (s *service) answer(t *testing.T, operation, poolID, name, filter string) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, operation)
	switch {
	case s.status != 0:
		return s.status, map[string]string{"__type": s.code, "message": "a message of the service"}
	case poolID != pool:
		return http.StatusBadRequest, map[string]string{"__type": "ResourceNotFoundException"}
	case operation == "AdminGetUser":
		for _, u := range s.users {
			if u.name == name || s.bySub && u.values["sub"] == name {
				return http.StatusOK, map[string]any{"Username": u.name, "Enabled": !u.disabled, "UserStatus": "CONFIRMED", "UserAttributes": u.attributes()}
			}
		}
		return http.StatusBadRequest, map[string]string{"__type": "UserNotFoundException"}
	case operation == "ListUsers":
		found := []map[string]any{}
		for _, u := range s.users {
			if filter == `sub = "`+u.values["sub"]+`"` {
				found = append(found, map[string]any{"Username": u.name, "Enabled": !u.disabled, "Attributes": u.attributes()})
			}
		}
		return http.StatusOK, map[string]any{"Users": found}
	}
	t.Errorf("operation %q", operation)
	return http.StatusBadRequest, map[string]string{"__type": "UnknownOperationException"}
}

func TestDirectoryConformance(t *testing.T) {
	for name, s := range map[string]*service{
		"local users":    {bySub: true, users: []user{person("dan")}},
		"other provider": {users: []user{person("Google_1234567890")}},
	} {
		t.Run(name, func(t *testing.T) { photostest.Directory(t, s.directory(t), sub, "dan@example.org") })
	}
}

func TestVerifiedEmail(t *testing.T) {
	const eve = "11111111-0000-4000-8000-0123456789ab"
	get, both := []string{"AdminGetUser"}, []string{"AdminGetUser", "ListUsers"}
	for _, c := range []struct {
		name, reason string
		users        []user
		owner        photos.Owner
		want         string // "" for NotFound
		calls        []string
	}{
		{"local", "one call is enough", []user{person("dan")}, sub, "dan@example.org", get},
		{"name is the sub", "pools where people sign in by address make names so", []user{person(sub)}, sub, "dan@example.org", get},
		{"somebody else's name", "who takes another's sub for a name gets nothing of it", []user{person(sub, "sub", eve, "email", "eve@example.org"), person("dan")}, sub, "dan@example.org", both},
		{"only somebody else", "who takes another's sub for a name gets nothing of it", []user{person(sub, "sub", eve, "email", "eve@example.org")}, sub, "", both},
		{"unverified", "an address that nobody has verified may be anybody's", []user{person("dan", "email_verified", "false")}, sub, "", get},
		{"never verified", "an address that nobody has verified may be anybody's", []user{person("dan", "email_verified", "")}, sub, "", get},
		{"no address", "some pools ask for none", []user{person("dan", "email", "")}, sub, "", get},
		{"disabled", "who may not sign in gets no mail", []user{{"dan", true, person("dan").values}}, sub, "", both},
		{"unknown", "nobody has this sub", []user{person("dan")}, eve, "", both},
		{"quotes", "no owner can change the filter", []user{person("dan")}, `x" or sub ^= "`, "", nil},
		{"empty", "an empty filter would list everybody", []user{person("dan")}, "", "", nil},
		{"long", "no sub is so long", []user{person("dan")}, photos.Owner(strings.Repeat("x", 129)), "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{bySub: true, users: c.users}
			got, err := s.directory(t).VerifiedEmail(t.Context(), c.owner)
			if got != c.want || (photos.CodeOf(err) == photos.NotFound) != (c.want == "") || (err == nil) != (c.want != "") {
				t.Errorf("%q, %v; want %q: %s", got, err, c.want, c.reason)
			}
			if !slices.Equal(s.calls, c.calls) {
				t.Errorf("calls %v, want %v: %s", s.calls, c.calls, c.reason)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		status       int
		code         string
		busy         bool
	}{
		{"throttled", "Cognito allows few calls a second", 400, "TooManyRequestsException", true},
		{"unavailable", "a load balancer has no place", 503, "", true},
		{"internal", "Cognito failed at this call", 500, "InternalErrorException", false},
		{"denied", "our rights are no caller's business", 400, "NotAuthorizedException", false},
		{"no pool", "our configuration is no caller's business", 400, "ResourceNotFoundException", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{status: c.status, code: c.code}
			_, err := s.directory(t).VerifiedEmail(t.Context(), sub)
			if errors.Is(err, photos.ErrBusy) != c.busy || photos.CodeOf(err) != photos.Internal {
				t.Errorf("%v: busy must be %v and nobody said to be unknown: %s", err, c.busy, c.reason)
			}
		})
	}
}
