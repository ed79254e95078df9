package sqlite

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// millis is a time as a column holds it: milliseconds since 1970.
func millis(t time.Time) int64 { return t.UnixMilli() }

// optionalMillis is the same for a column in which the zero time is NULL.
func optionalMillis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func fromOptionalMillis(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return fromMillis(ms.Int64)
}

// toJSON writes a list as a column holds it; nil is the empty list.
func toJSON[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("write a list as JSON: %w", err)
	}
	return string(b), nil
}

// fromJSON reads a list; an empty one is nil.
func fromJSON[T any](text []byte) ([]T, error) {
	if string(text) == "[]" {
		return nil, nil
	}
	var list []T
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("read a list from JSON: %w", err)
	}
	return list, nil
}
