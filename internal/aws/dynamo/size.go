package dynamo

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"pam/internal/photos"
)

// ItemBytes is the size of an item as DynamoDB counts it for its limits and its price. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html. A number's size is
// documented as approximate; here it is rounded up.
func ItemBytes(attributes map[string]types.AttributeValue) int {
	n := 0
	for name, value := range attributes {
		n += len(name) + valueBytes(value)
	}
	return n
}

func valueBytes(value types.AttributeValue) int {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberBytes(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberL:
		n := 3
		for _, element := range v.Value {
			n += 1 + valueBytes(element)
		}
		return n
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + ItemBytes(v.Value)
	}
	return 1 // a Boolean or null; sets are not used
}

// numberBytes is one byte, and one for each two significant digits.
func numberBytes(digits string) int {
	digits = strings.TrimLeft(strings.Replace(strings.TrimPrefix(digits, "-"), ".", "", 1), "0")
	digits = strings.TrimRight(digits, "0")
	return 1 + (len(digits)+1)/2
}

// checkSize gives a LimitExceeded error for an item that DynamoDB would refuse. Nothing that keeps to the limits of package
// photos comes near.
func checkSize(i item, thing string) error {
	if n := ItemBytes(i); n > maxItemBytes {
		return photos.Errorf(photos.LimitExceeded, "the record of this %s would have %d bytes, and %d is the most", thing, n, maxItemBytes)
	}
	return nil
}
