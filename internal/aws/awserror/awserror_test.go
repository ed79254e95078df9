package awserror_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"pam/internal/aws/awserror"
	"pam/internal/photos"
)

func status(code int) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: code}}, Err: errors.New("no body"),
	}}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		err          error
		busy         bool
	}{
		{"throttling", "the service says so", &smithy.GenericAPIError{Code: "ThrottlingException"}, true},
		{"capacity", "the service says so in other words", &smithy.GenericAPIError{Code: "ProvisionedThroughputExceededException"}, true},
		{"requests", "the service says so in other words", &smithy.GenericAPIError{Code: "TooManyRequestsException"}, true},
		{"429", "a load balancer answers without a code", status(http.StatusTooManyRequests), true},
		{"503", "a load balancer answers without a code", status(http.StatusServiceUnavailable), true},
		{"quota of retries", "other calls failed, not this one", ratelimit.QuotaExceededError{}, true},
		{"internal", "the service failed at this call", &smithy.GenericAPIError{Code: "InternalServerError"}, false},
		{"500", "the service failed at this call", status(http.StatusInternalServerError), false},
		{"denied", "waiting gives no rights", &smithy.GenericAPIError{Code: "AccessDeniedException"}, false},
		{"deadline", "the caller's time is over", context.DeadlineExceeded, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := awserror.Wrap("look for foxes", c.err)
			if errors.Is(got, photos.ErrBusy) != c.busy {
				t.Errorf("%v: busy is not %v, although %s", got, c.busy, c.reason)
			}
			if !errors.Is(got, c.err) || !strings.Contains(got.Error(), "look for foxes") {
				t.Errorf("%v hides its cause or what was being done", got)
			}
		})
	}
	if err := awserror.Wrap("nothing", nil); err != nil {
		t.Errorf("no error became %v", err)
	}
}

func TestCode(t *testing.T) {
	if got := awserror.Code(awserror.Wrap("call", &smithy.GenericAPIError{Code: "UserNotFoundException"})); got != "UserNotFoundException" {
		t.Errorf("code %q", got)
	}
	if got := awserror.Code(errors.New("connection refused")); got != "" {
		t.Errorf("code %q of what no service said", got)
	}
}
