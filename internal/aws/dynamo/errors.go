package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"pam/internal/photos"
)

// outcome is what became of a request.
type outcome int

const (
	answered  outcome = iota // done, or refused for good: a condition that does not hold, a mistake of ours
	contended                // not done: another request holds one of the items at this moment
	throttled                // not done: too much is asked of the table or of a partition
	uncertain                // perhaps done: no answer came, or one that tells of DynamoDB's own trouble
)

// classify says what became of a request that gave err. Source of the codes:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html and, of cancelled transactions,
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html.
func classify(err error) outcome {
	if err == nil {
		return answered
	}
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return classifyReasons(cancelled.CancellationReasons)
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return uncertain
	}
	switch api.ErrorCode() {
	case "TransactionConflictException":
		return contended
	case "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "RequestLimitExceeded",
		"LimitExceededException", "TransactionInProgressException":
		return throttled
	case "ConditionalCheckFailedException", "ValidationException", "ResourceNotFoundException", "AccessDeniedException",
		"IdempotentParameterMismatchException", "ItemCollectionSizeLimitExceededException":
		return answered
	}
	if api.ErrorFault() == smithy.FaultClient {
		return answered
	}
	return uncertain
}

// classifyReasons tells the reasons of a cancelled transaction apart. One that can never succeed outweighs the others, and
// a condition that does not hold those that a repetition might get by.
func classifyReasons(reasons []types.CancellationReason) outcome {
	o := answered
	for _, r := range reasons {
		switch aws.ToString(r.Code) {
		case "", "None":
		case "TransactionConflict":
			if o == answered {
				o = contended
			}
		case "ThrottlingError", "ProvisionedThroughputExceeded":
			o = throttled
		default: // ConditionalCheckFailed, ValidationError, ItemCollectionSizeLimitExceeded
			return answered
		}
	}
	return o
}

// failedConditions gives which actions of a cancelled transaction had a condition that did not hold. ok is false when the
// transaction was cancelled for something that no repetition changes.
func failedConditions(err error) (failed map[int]bool, ok bool) {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return nil, false
	}
	failed = make(map[int]bool)
	for i, r := range cancelled.CancellationReasons {
		switch aws.ToString(r.Code) {
		case "ConditionalCheckFailed":
			failed[i] = true
		case "ValidationError", "ItemCollectionSizeLimitExceeded":
			return nil, false
		}
	}
	return failed, len(failed) > 0
}

// wrap says what was being done when err came up. Errors of the domain pass through as they are.
func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	var domain *photos.Error
	if errors.As(err, &domain) {
		return err
	}
	return fmt.Errorf("dynamodb: %s: %w", what, err)
}

// isConditionFailed says whether the condition of a single write did not hold.
func isConditionFailed(err error) bool {
	var failed *types.ConditionalCheckFailedException
	return errors.As(err, &failed)
}

func missing(thing string) error {
	return photos.Errorf(photos.NotFound, "there is no such %s", thing)
}

// ended gives the error of a context that has ended, in words of what was being done.
func ended(ctx context.Context, what string) error { return wrap(ctx.Err(), what) }

func isStale(err error) bool { return errors.Is(err, errStale) }
