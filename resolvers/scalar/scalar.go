// Package scalar writes and reads the scalars that the contract adds to GraphQL's own. It stands apart from package
// resolvers because the generated executor imports it.
package scalar

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// dateTimeLayout is RFC 3339 in UTC with exactly three decimals.
const dateTimeLayout = "2006-01-02T15:04:05.000Z"

// MarshalDateTime writes a moment as RFC 3339 in UTC with milliseconds.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		b := make([]byte, 0, len(dateTimeLayout)+2)
		b = append(b, '"')
		b = t.UTC().AppendFormat(b, dateTimeLayout)
		b = append(b, '"')
		_, _ = w.Write(b) // the executor's writer is a buffer: it does not fail
	})
}

// UnmarshalDateTime reads RFC 3339 with any zone and precision.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, fmt.Errorf("a DateTime is a string, not %T", v)
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("a DateTime is RFC 3339, such as 2026-05-01T13:14:15.926Z")
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
		return v.Int64()
	case int64:
		return v, nil
	case int:
		return int64(v), nil
	}
	return 0, fmt.Errorf("a Long is a whole number, not %T", v)
}
