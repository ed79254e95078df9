package dynamo

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// item is an item as DynamoDB holds it.
type item map[string]types.AttributeValue

func (k key) attributes() item { return item{PartitionKey: text(k.pk), SortKey: text(k.sk)} }

func keyOf(i item) key {
	r := reader{item: i}
	return key{r.text(PartitionKey), r.text(SortKey)}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number[N int | int64 | uint32](n N) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(int64(n), 10)}
}

// fraction writes a number that reads back as the same one: the shortest text that does has 17 digits at most, and
// DynamoDB keeps 38.
func fraction(f float64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatFloat(f, 'f', -1, 64)}
}

func millis(t time.Time) types.AttributeValue { return number(t.UnixMilli()) }

// ends gives the Time to Live of an item that is of no use after a time. A second is added, so that DynamoDB never is
// early.
func ends(t time.Time) types.AttributeValue { return number(t.Unix() + 1) }

// setText sets an attribute where there is something to say; what is not there reads as "".
func (i item) setText(name, value string) {
	if value != "" {
		i[name] = text(value)
	}
}

// setTime sets a time that may be zero; what is not there reads as zero.
func (i item) setTime(name string, t time.Time) {
	if !t.IsZero() {
		i[name] = millis(t)
	}
}

// reader reads attributes and keeps the first mistake, so that an item is read field by field and checked once.
type reader struct {
	item item
	err  error
}

func (r *reader) fail(name string, err error) {
	if r.err == nil {
		r.err = fmt.Errorf("attribute %q: %w", name, err)
	}
}

func (r *reader) has(name string) bool { return r.item[name] != nil }

func (r *reader) text(name string) string {
	switch v := r.item[name].(type) {
	case nil:
		return ""
	case *types.AttributeValueMemberS:
		return v.Value
	default:
		r.fail(name, fmt.Errorf("is a %T", v))
		return ""
	}
}

func (r *reader) digits(name string) string {
	switch v := r.item[name].(type) {
	case nil:
		return "0"
	case *types.AttributeValueMemberN:
		return v.Value
	default:
		r.fail(name, fmt.Errorf("is a %T", v))
		return "0"
	}
}

func (r *reader) int64(name string) int64 {
	n, err := strconv.ParseInt(r.digits(name), 10, 64)
	if err != nil {
		r.fail(name, err)
	}
	return n
}

func (r *reader) int(name string) int { return int(r.int64(name)) }

func (r *reader) fraction(name string) float64 {
	f, err := strconv.ParseFloat(r.digits(name), 64)
	if err != nil {
		r.fail(name, err)
	}
	return f
}

func (r *reader) time(name string) time.Time {
	if !r.has(name) {
		return time.Time{}
	}
	return time.UnixMilli(r.int64(name)).UTC()
}

// done gives the first mistake, with the item that it was found in.
func (r *reader) done() error {
	if r.err == nil {
		return nil
	}
	k := keyOf(item{PartitionKey: r.item[PartitionKey], SortKey: r.item[SortKey]})
	return fmt.Errorf("item %s %s: %w", k.pk, k.sk, r.err)
}
