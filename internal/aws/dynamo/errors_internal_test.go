package dynamo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

func cancelled(codes ...string) error {
	e := &types.TransactionCanceledException{}
	for _, code := range codes {
		e.CancellationReasons = append(e.CancellationReasons, types.CancellationReason{Code: aws.String(code)})
	}
	return fmt.Errorf("operation error: %w", e)
}

func TestClassify(t *testing.T) {
	code := func(c string, fault smithy.ErrorFault) error { return &smithy.GenericAPIError{Code: c, Fault: fault} }
	for _, tc := range []struct {
		name, reason string
		err          error
		want         outcome
	}{
		{"none", "it is done", nil, answered},
		{"condition", "asking again gives the same answer", &types.ConditionalCheckFailedException{}, answered},
		{"conflict of a write", "the transaction in the way is over soon", &types.TransactionConflictException{}, contended},
		{"conflict", "the other transaction is over soon", cancelled("None", "TransactionConflict", "None"), contended},
		{"condition and conflict", "the records have to be read again in any case", cancelled("ConditionalCheckFailed", "TransactionConflict"), answered},
		{"conflict and condition", "whichever comes first", cancelled("TransactionConflict", "ConditionalCheckFailed"), answered},
		{"throttled within", "the partition needs a pause", cancelled("None", "ThrottlingError"), throttled},
		{"capacity within", "the table needs a pause", cancelled("ProvisionedThroughputExceeded", "TransactionConflict"), throttled},
		{"too large", "it will never fit", cancelled("None", "ValidationError"), answered},
		{"capacity", "the table needs a pause", &types.ProvisionedThroughputExceededException{}, throttled},
		{"throttled", "the control plane's word for the same", &types.ThrottlingException{}, throttled},
		{"account limit", "the account needs a pause", &types.RequestLimitExceeded{}, throttled},
		{"in progress", "the first request with this token is at work", &types.TransactionInProgressException{}, throttled},
		{"server", "it may have been done", &types.InternalServerError{}, uncertain},
		{"unknown fault of the server", "it may have been done", code("ServiceUnavailable", smithy.FaultServer), uncertain},
		{"unknown fault of ours", "it is not going to be right", code("SomethingNew", smithy.FaultClient), answered},
		{"no answer", "it may have been done", io.ErrUnexpectedEOF, uncertain},
		{"time is over", "it may have been done", context.DeadlineExceeded, uncertain},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := classify(tc.err); got != tc.want {
				t.Errorf("classified as %d, want %d: %s", got, tc.want, tc.reason)
			}
		})
	}
}

func TestFailedConditions(t *testing.T) {
	failed, ok := failedConditions(cancelled("None", "ConditionalCheckFailed", "TransactionConflict"))
	if !ok || len(failed) != 1 || !failed[1] {
		t.Errorf("got %v, %v: the second action's condition failed", failed, ok)
	}
	for _, err := range []error{cancelled("None", "TransactionConflict"), cancelled("ValidationError", "ConditionalCheckFailed"), errors.New("other")} {
		if _, ok := failedConditions(err); ok {
			t.Errorf("%v is about no condition, or about more than that", err)
		}
	}
}
