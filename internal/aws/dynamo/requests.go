package dynamo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"pam/internal/photos"
)

// none is an outcome that stops no retries.
const none = answered

// get reads an item, nil where there is none.
func (c *Catalog) get(ctx context.Context, what string, k key) (item, error) {
	if !k.fits() {
		return nil, ended(ctx, what)
	}
	var out *dynamodb.GetItemOutput
	err := c.request(ctx, what, none, func(ctx context.Context, o func(*dynamodb.Options)) (err error) {
		out, err = c.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &c.table, Key: k.attributes(), ConsistentRead: aws.Bool(true)}, o)
		return err
	})
	if err != nil || len(out.Item) == 0 {
		return nil, err
	}
	return out.Item, nil
}

// getAll reads those of the items that exist, each once, in no particular order.
func (c *Catalog) getAll(ctx context.Context, what string, keys []key) ([]item, error) {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k key) bool { return !k.fits() })
	slices.SortFunc(keys, func(a, b key) int { return slices.Compare([]string{a.pk, a.sk}, []string{b.pk, b.sk}) })
	keys = slices.Compact(keys)
	found := make([]item, 0, len(keys))
	for batch := range slices.Chunk(keys, maxBatchGet) {
		left := make([]map[string]types.AttributeValue, len(batch))
		for i, k := range batch {
			left[i] = k.attributes()
		}
		err := c.drain(ctx, what, len(left), func() (int, error) {
			var out *dynamodb.BatchGetItemOutput
			err := c.request(ctx, what, none, func(ctx context.Context, o func(*dynamodb.Options)) (err error) {
				out, err = c.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
					c.table: {Keys: left, ConsistentRead: aws.Bool(true)},
				}}, o)
				return err
			})
			if err != nil {
				return 0, err
			}
			for _, i := range out.Responses[c.table] {
				found = append(found, i)
			}
			left = out.UnprocessedKeys[c.table].Keys
			return len(left), nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// putAll writes items, each by itself: no conditions, and after an error some may be written.
func (c *Catalog) putAll(ctx context.Context, what string, items []item) error {
	for batch := range slices.Chunk(items, maxBatchWrite) {
		left := make([]types.WriteRequest, len(batch))
		for i, it := range batch {
			left[i].PutRequest = &types.PutRequest{Item: it}
		}
		err := c.drain(ctx, what, len(left), func() (int, error) {
			var out *dynamodb.BatchWriteItemOutput
			err := c.request(ctx, what, none, func(ctx context.Context, o func(*dynamodb.Options)) (err error) {
				out, err = c.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{c.table: left}}, o)
				return err
			})
			if err != nil {
				return 0, err
			}
			left = out.UnprocessedItems[c.table]
			return len(left), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// drain sends a batch until nothing of it is left unprocessed. Attempts count while nothing gets done.
func (c *Catalog) drain(ctx context.Context, what string, left int, send func() (left int, err error)) error {
	for n := 0; left > 0; n++ {
		now, err := send()
		if err != nil || now == 0 {
			return err
		}
		if now < left {
			n = 0
		}
		left = now
		if !c.retry.pause(ctx, n) {
			return giveUp(ctx, fmt.Errorf("%d requests of a batch are left unprocessed", left), throttled, what)
		}
	}
	return nil
}

// put writes an item; errStale when the condition does not hold.
func (c *Catalog) put(ctx context.Context, what string, i item, e *expression, cond string) error {
	return c.single(ctx, what, func(ctx context.Context, o func(*dynamodb.Options)) error {
		_, err := c.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &c.table, Item: i, ConditionExpression: condition(cond),
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
		}, o)
		return err
	})
}

// update changes an item; errStale when the condition does not hold.
func (c *Catalog) update(ctx context.Context, what string, k key, e *expression, cond string) error {
	return c.single(ctx, what, func(ctx context.Context, o func(*dynamodb.Options)) error {
		_, err := c.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &c.table, Key: k.attributes(), UpdateExpression: e.update(), ConditionExpression: condition(cond),
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
		}, o)
		return err
	})
}

// remove deletes an item; errStale when the condition does not hold.
func (c *Catalog) remove(ctx context.Context, what string, k key, e *expression, cond string) error {
	return c.single(ctx, what, func(ctx context.Context, o func(*dynamodb.Options)) error {
		_, err := c.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &c.table, Key: k.attributes(), ConditionExpression: condition(cond),
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
		}, o)
		return err
	})
}

func (c *Catalog) single(ctx context.Context, what string, send func(context.Context, func(*dynamodb.Options)) error) error {
	err := c.request(ctx, what, none, send)
	if isConditionFailed(err) {
		return fmt.Errorf("%w: %w", errStale, err)
	}
	return err
}

// transaction is a list of actions under construction. No two may be about one item.
type transaction struct {
	table   string
	actions []types.TransactWriteItem
}

func (c *Catalog) begin() *transaction { return &transaction{table: c.table} }

// put adds the writing of an item.
func (t *transaction) put(i item, e *expression, cond string) {
	t.actions = append(t.actions, types.TransactWriteItem{Put: &types.Put{
		TableName: &t.table, Item: i, ConditionExpression: condition(cond),
		ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
	}})
}

// update adds a change of an item.
func (t *transaction) update(k key, e *expression, cond string) {
	t.actions = append(t.actions, types.TransactWriteItem{Update: &types.Update{
		TableName: &t.table, Key: k.attributes(), UpdateExpression: e.update(), ConditionExpression: condition(cond),
		ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
	}})
}

// remove adds the deletion of an item.
func (t *transaction) remove(k key, e *expression, cond string) {
	t.actions = append(t.actions, types.TransactWriteItem{Delete: &types.Delete{
		TableName: &t.table, Key: k.attributes(), ConditionExpression: condition(cond),
		ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
	}})
}

// staleTransaction is an errStale that tells which actions' conditions did not hold; none when the transaction met another.
type staleTransaction struct{ failed map[int]bool }

func (e *staleTransaction) Error() string {
	return fmt.Sprintf("%v: conditions of actions %v", errStale, slices.Sorted(maps.Keys(e.failed)))
}

func (e *staleTransaction) Is(target error) bool { return target == errStale }

// commit runs a transaction. It is a *staleTransaction when a condition does not hold or another request is in the way:
// both mean that the records have to be read again. A request whose answer was lost is sent again with the same token, by
// which DynamoDB knows it for ten minutes. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, "ClientRequestToken".
func (c *Catalog) commit(ctx context.Context, what string, t *transaction) error {
	if n := len(t.actions); n > maxActions {
		return fmt.Errorf("dynamodb: %s: a transaction of %d actions", what, n)
	}
	token := newRevision()
	err := c.request(ctx, what, contended, func(ctx context.Context, o func(*dynamodb.Options)) error {
		_, err := c.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: t.actions, ClientRequestToken: &token}, o)
		return err
	})
	if err == nil || errors.Is(err, photos.ErrBusy) {
		return err
	}
	if failed, ok := failedConditions(err); ok {
		return &staleTransaction{failed}
	}
	if classify(err) == contended {
		return &staleTransaction{}
	}
	return err
}

// newRevision gives a text that nobody has given before.
func newRevision() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails: https://pkg.go.dev/crypto/rand#Read
	return hex.EncodeToString(b[:])
}
