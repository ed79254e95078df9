package s3

import (
	"errors"
	"fmt"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"pam/internal/photos"
)

// wrap turns what the SDK returned into the errors of the port. action and o are for the log: what a caller is shown is
// the domain error's message, which names neither.
func wrap(err error, action string, o photos.Object) error {
	if err == nil {
		return nil
	}
	cause := fmt.Errorf("s3: %s %s %s: %w", action, o.Bucket, o.Key, err)
	code, status := codeOf(err)
	switch code {
	case "NoSuchKey", "NotFound", "NoSuchVersion":
		return &photos.Error{Code: photos.NotFound, Message: "there is no such object", Err: cause}
	case "NoSuchUpload":
		return &photos.Error{Code: photos.NotFound, Message: "there is no such upload", Err: cause}
	case "PreconditionFailed", "ConditionalRequestConflict":
		return &photos.Error{Code: photos.Conflict, Message: "the object is not the expected one", Err: cause}
	case "InvalidPart", "InvalidPartOrder", "EntityTooSmall":
		return &photos.Error{Code: photos.Conflict, Message: "the parts are not as described", Err: cause}
	case "SlowDown", "ServiceUnavailable", "Throttling", "ThrottlingException", "RequestLimitExceeded",
		"RequestThrottled", "TooManyRequests", "OperationAborted":
		return fmt.Errorf("%w: %w", photos.ErrBusy, cause)
	}
	// An answer to HEAD has no body, so there the status is all there is.
	switch status {
	case http.StatusNotFound:
		if code == "NoSuchBucket" {
			return cause // our configuration is wrong: no caller's mistake
		}
		return &photos.Error{Code: photos.NotFound, Message: "there is no such object", Err: cause}
	case http.StatusPreconditionFailed:
		return &photos.Error{Code: photos.Conflict, Message: "the object is not the expected one", Err: cause}
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return fmt.Errorf("%w: %w", photos.ErrBusy, cause)
	}
	return cause
}

// codeOf gives the S3 error code and the HTTP status of a failed call, "" and 0 where there are none. Source of the
// codes: "Error responses" in the S3 API reference.
func codeOf(err error) (code string, status int) {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		code = api.ErrorCode()
	}
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = response.HTTPStatusCode()
	}
	return code, status
}
