package photos

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/oklog/ulid/v2"
)

// Page is a stretch of a list.
type Page[T any] struct {
	Items       []T
	HasNext     bool
	HasPrevious bool

	list     string
	position func(T) string
}

// Cursor says where an item stands, so that the list can be continued behind it, also when the item is gone by then.
func (p Page[T]) Cursor(item T) string { return encodeCursor(p.list, p.position(item)) }

// Cursors gives the cursor of the item at an index of a page.
type Cursors func(index int) string

// Cursors gives the cursors of the page's items, each made when it is asked for.
func (p Page[T]) Cursors() Cursors { return func(i int) string { return p.Cursor(p.Items[i]) } }

// maxCursorBytes is far above any cursor that we make.
const maxCursorBytes = 1024

// listID names a list: whose it is, what it holds and in which order. It goes into every cursor, so that a cursor of
// another list or owner is found out.
func listID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return string(h.Sum(nil)[:12])
}

// encodeCursor makes a cursor: the id of the list and the position in its ordering.
func encodeCursor(list, position string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(list + position))
}

// decodeCursor gives the position in a cursor of the list, "" for the start where there is none. Anything but a cursor of
// that very list is bad input, the empty text too: to start over silently would show a client the first page again and
// again.
func decodeCursor(field, list string, cursor *string) (string, error) {
	if cursor == nil {
		return "", nil
	}
	if len(*cursor) <= maxCursorBytes {
		b, err := base64.RawURLEncoding.Strict().DecodeString(*cursor)
		if err == nil && len(b) > len(list) && strings.HasPrefix(string(b), list) {
			return string(b[len(list):]), nil
		}
	}
	return "", BadInput(field, "is not a cursor of this list; cursors work only with the filter and order that they were given for")
}

// decodeIDCursor is decodeCursor for lists in the order of ids.
func decodeIDCursor(field, list string, cursor *string) (string, error) {
	position, err := decodeCursor(field, list, cursor)
	if err != nil || position == "" {
		return "", err
	}
	if _, err := ulid.ParseStrict(position); err != nil {
		return "", BadInput(field, "is not a cursor of this list")
	}
	return position, nil
}

// checkFirst gives bad input for a page size out of bounds.
func checkFirst(first, most int) error {
	if first < 1 || first > most {
		return BadInput("first", "must be 1 to %d, not %d", most, first)
	}
	return nil
}

// cutPage makes a page of what was read, of which one item more than asked for says that there is more.
func cutPage[T any](items []T, first int, after, list string, position func(T) string) Page[T] {
	p := Page[T]{Items: items, HasPrevious: after != "", list: list, position: position}
	if len(items) > first {
		p.Items, p.HasNext = items[:first], true
	}
	return p
}
