package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The attributes that DynamoDB itself looks at.
const (
	PartitionKey = "pk" // a string
	SortKey      = "sk" // a string
	// TTLAttribute is the table's Time to Live attribute: seconds since 1970. Items that no counter counts have it, and
	// only those, since DynamoDB deletes them behind the catalog's back. It deletes late, so what has an end is read as
	// over from its own time. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html.
	TTLAttribute = "ttl"
)

// Limits of DynamoDB. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html and the
// API reference of the operations.
const (
	maxItemBytes         = 400 << 10
	maxPartitionKeyBytes = 2048
	maxSortKeyBytes      = 1024
	maxActions           = 100 // in a TransactWriteItems
	maxBatchGet          = 100
	maxBatchWrite        = 25
)

// TableDefinition describes the table for CreateTable: two string keys, no index, paid by request. Time to Live is a call
// of its own in DynamoDB (UpdateTimeToLive, for TTLAttribute), as are backups.
func TableDefinition(name string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName:   aws.String(name),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String(PartitionKey), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String(SortKey), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String(PartitionKey), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(SortKey), KeyType: types.KeyTypeRange},
		},
	}
}
