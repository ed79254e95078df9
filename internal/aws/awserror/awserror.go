// Package awserror tells the failures of calls to AWS apart: those that say nothing about the job, because a service was
// asked too often, from all others. The adapters for AWS share it, so that a queue treats them alike.
package awserror

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"pam/internal/photos"
)

// Wrap says what was being done when a call failed. The result wraps photos.ErrBusy where the service had been asked too
// often and still said so after the SDK's retries. It is nil for nil.
func Wrap(action string, err error) error {
	switch {
	case err == nil:
		return nil
	case throttled(err):
		return fmt.Errorf("%w: %s: %w", photos.ErrBusy, action, err)
	}
	return fmt.Errorf("%s: %w", action, err)
}

// Code gives the error code of a service, such as ThrottlingException; "" where an error does not come from one.
func Code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// throttled goes by the SDK's list of codes and by the status where a load balancer answered instead of the service. The
// SDK gives up early when many calls of this process failed lately: that, too, says nothing about this one.
func throttled(err error) bool {
	if (retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}).IsErrorThrottle(err) == aws.TrueTernary {
		return true
	}
	if _, exhausted := errors.AsType[ratelimit.QuotaExceededError](err); exhausted {
		return true
	}
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status := response.HTTPStatusCode()
		return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
	}
	return false
}
