package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// pages reads a stretch of a partition page by page, in the order of sort keys.
//
// The next page is asked for by the last sort key of this one rather than by DynamoDB's own token, so that the reader can
// also skip ahead. That one item is read twice, and dropped.
//
// What is not meant is left out here and not by DynamoDB: it would be paid for all the same.
type pages struct {
	catalog  *Catalog
	what     string
	pk       string
	from, to string // sort keys, inclusive, in ascending order
	backward bool
	size     int                  // items a page, before the filter; 0 for as many as DynamoDB gives (1 MB)
	keep     func(r *reader) bool // which items are meant; nil for all
	done     bool
	last     string // the last sort key that was read
}

// behindPrefix is the sort key behind all that begin with the prefix, which ends with the separator.
func behindPrefix(prefix string) string { return prefix[:len(prefix)-len(separator)] + behind }

// below reads the sort keys that begin with a prefix, behind the position `after` where there is one.
func (c *Catalog) below(what, pk, prefix, after string, backward bool, size int) *pages {
	p := &pages{catalog: c, what: what, pk: pk, from: prefix, to: behindPrefix(prefix), backward: backward, size: size}
	if after != "" {
		p.skip(prefix + after)
		p.last = prefix + after
	}
	return p
}

// skip leaves out what comes before a sort key, in the direction of reading.
func (p *pages) skip(sk string) {
	if p.backward {
		p.to = min(p.to, sk)
	} else {
		p.from = max(p.from, sk)
	}
	p.done = p.done || p.from > p.to
}

// next gives the next page. It may be empty although there is more; p.done says when there is none.
func (p *pages) next(ctx context.Context) ([]item, error) {
	if p.done {
		return nil, errors.New("dynamodb: read behind the end of a list")
	}
	out, err := p.query(ctx, "")
	if err != nil {
		return nil, err
	}
	found := make([]item, 0, len(out.Items))
	for _, i := range out.Items {
		if keyOf(i).sk == p.last {
			continue
		}
		r := reader{item: i}
		if p.keep == nil || p.keep(&r) {
			found = append(found, i)
		}
		if err := r.done(); err != nil {
			return nil, wrap(err, p.what)
		}
	}
	if len(out.LastEvaluatedKey) == 0 {
		p.done = true
		return found, nil
	}
	if p.last, err = p.moveOn(out); err != nil {
		return nil, err
	}
	return found, nil
}

// count counts what is left, without reading the items out.
func (p *pages) count(ctx context.Context) (int, error) {
	n := 0
	for !p.done {
		out, err := p.query(ctx, types.SelectCount)
		if err != nil {
			return 0, err
		}
		n += int(out.Count)
		if len(out.LastEvaluatedKey) == 0 {
			break
		}
		n-- // the last one is counted again
		if _, err := p.moveOn(out); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// moveOn makes the next page begin where this one ends, and gives that place. A page holds at least two items, so there is
// one further on.
func (p *pages) moveOn(out *dynamodb.QueryOutput) (string, error) {
	from, to, end := p.from, p.to, keyOf(out.LastEvaluatedKey)
	p.skip(end.sk)
	if end.pk != p.pk || p.from == from && p.to == to {
		return "", fmt.Errorf("dynamodb: %s: a page of %s ends at %s %s", p.what, p.pk, end.pk, end.sk)
	}
	return end.sk, nil
}

func (p *pages) query(ctx context.Context, what types.Select) (*dynamodb.QueryOutput, error) {
	var e expression
	in := &dynamodb.QueryInput{
		TableName: &p.catalog.table, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(!p.backward), Select: what,
		KeyConditionExpression: aws.String(e.equals(PartitionKey, text(p.pk)) + " AND " +
			e.name(SortKey) + " BETWEEN " + e.value(text(p.from)) + " AND " + e.value(text(p.to))),
	}
	if p.size > 0 {
		in.Limit = aws.Int32(int32(p.size + 1)) //nolint:gosec // sizes are at most some thousands
	}
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = e.names, e.values
	var out *dynamodb.QueryOutput
	err := p.catalog.request(ctx, p.what, none, func(ctx context.Context, o func(*dynamodb.Options)) (err error) {
		out, err = p.catalog.client.Query(ctx, in, o)
		return err
	})
	return out, err
}

// all reads everything that is left and hands it to f, item by item.
func (p *pages) all(ctx context.Context, f func(item) error) error {
	for !p.done {
		page, err := p.next(ctx)
		if err != nil {
			return err
		}
		for _, i := range page {
			if err := f(i); err != nil {
				return err
			}
		}
	}
	return nil
}
