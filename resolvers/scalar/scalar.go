// Package scalar writes and reads scalars: those that the contract adds to GraphQL's own, Int and String, whose rules
// gqlgen does not keep, and the others, which are gqlgen's with a faster way to write them. What it refuses are GraphQL errors, which callers are shown as they are. It stands apart from package
// resolvers because the generated executor imports it.
package scalar

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// dateTimeLayout is RFC 3339 in UTC with exactly three decimals.
const dateTimeLayout = "2006-01-02T15:04:05.000Z"

// MarshalDateTime writes a moment as RFC 3339 in UTC with milliseconds.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = w.Write(AppendDateTime(make([]byte, 0, len(dateTimeLayout)+2), t)) // the executor's writer is a buffer: it does not fail
	})
}

// UnmarshalDateTime reads RFC 3339 with any zone and precision.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, gqlerror.Errorf("a DateTime is a string, not %T", v)
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, gqlerror.Errorf("a DateTime is RFC 3339, such as 2026-05-01T13:14:15.926Z")
	}
	return t.UTC(), nil
}

// MarshalLong writes a 64-bit whole number as a JSON number.
func MarshalLong(n int64) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = w.Write(strconv.AppendInt(nil, n, 10)) // the executor's writer is a buffer: it does not fail
	})
}

// UnmarshalLong reads a whole number of 64 bits.
func UnmarshalLong(v any) (int64, error) {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return 0, gqlerror.Errorf("a Long is a whole number of 64 bits, not %s", v)
		}
		return n, nil
	case int64:
		return v, nil
	case int:
		return int64(v), nil
	}
	return 0, gqlerror.Errorf("a Long is a whole number, not %T", v)
}

// MarshalInt writes a whole number.
func MarshalInt(n int) graphql.Marshaler { return MarshalLong(int64(n)) }

// UnmarshalInt reads a whole number of 32 bits, and nothing that only looks like one: GraphQL specification, section 3.5.1,
// "Input Coercion". A number without a fraction is whole, however it is written.
func UnmarshalInt(v any) (int, error) {
	var n int64
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		if err != nil || f != math.Trunc(f) {
			return 0, gqlerror.Errorf("an Int is a whole number, not %s", v)
		}
		if f < math.MinInt32 || f > math.MaxInt32 {
			return 0, gqlerror.Errorf("an Int has 32 bits, so %s is out of its range", v)
		}
		n = int64(f)
	case int64:
		n = v
	case int:
		n = int64(v)
	case float64:
		return UnmarshalInt(json.Number(strconv.FormatFloat(v, 'f', -1, 64)))
	default:
		return 0, gqlerror.Errorf("an Int is a whole number, not a %s", kind(v))
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, gqlerror.Errorf("an Int has 32 bits, so %d is out of its range", n)
	}
	return int(n), nil
}

// MarshalString writes a text.
func MarshalString(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalString reads a text, and no number that could be written as one.
func UnmarshalString(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return "", gqlerror.Errorf("a String is a text, not a %s", kind(v))
}

// MarshalID writes an id.
func MarshalID(id string) graphql.Marshaler { return graphql.MarshalID(id) }

// UnmarshalID reads an id: a text, or a number as it is written.
func UnmarshalID(v any) (string, error) { return graphql.UnmarshalID(v) }

// MarshalBoolean writes a truth value.
func MarshalBoolean(v bool) graphql.Marshaler { return graphql.MarshalBoolean(v) }

// UnmarshalBoolean reads a truth value.
func UnmarshalBoolean(v any) (bool, error) { return graphql.UnmarshalBoolean(v) }

// MarshalFloat writes a number; one that JSON does not have is an error.
func MarshalFloat(f float64) graphql.ContextMarshaler { return graphql.MarshalFloatContext(f) }

// UnmarshalFloat reads a number.
func UnmarshalFloat(ctx context.Context, v any) (float64, error) {
	return graphql.UnmarshalFloatContext(ctx, v)
}

// kind names what JSON calls a value.
func kind(v any) string {
	switch v.(type) {
	case string:
		return "text"
	case bool:
		return "truth value"
	case json.Number, int, int64, float64:
		return "number"
	case map[string]any:
		return "object"
	case []any:
		return "list"
	}
	return "null"
}
