package photos

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestCursors(t *testing.T) {
	list := listID("photos", "owner", "filter", "order")
	good := encodeCursor(list, "01J")
	if position, err := decodeCursor("after", list, &good); err != nil || position != "01J" {
		t.Fatalf("a cursor does not lead back: %q, %v", position, err)
	}
	if position, err := decodeCursor("after", list, nil); err != nil || position != "" {
		t.Fatalf("no cursor is the start: %q, %v", position, err)
	}
	for _, c := range []struct{ name, reason, cursor string }{
		{"another list", "it would stand at a place that this list does not have", encodeCursor(listID("photos", "owner", "filter", "other"), "01J")},
		{"another owner", "cursors of others must tell nothing", encodeCursor(listID("photos", "stranger", "filter", "order"), "01J")},
		{"empty", "a client that lost its cursor must hear of it", ""},
		{"cut", "half a cursor is none", good[:len(good)-3]},
		{"no position", "a position is never empty", base64.RawURLEncoding.EncodeToString([]byte(list))},
		{"padded", "one position has one cursor", good + "="},
		{"not base64", "it was never ours", "%%%"},
		{"huge", "no cursor of ours is long", strings.Repeat("A", 5000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := decodeCursor("after", list, &c.cursor); CodeOf(err) != BadUserInput {
				t.Errorf("got %v, want bad input: %s", err, c.reason)
			}
		})
	}
}

func TestCursorsOfListsByID(t *testing.T) {
	list := listID("archives", "owner")
	good := encodeCursor(list, "01J8ZQ4W8Y6F3V1X2N5K7M9P0R")
	if position, err := decodeIDCursor("after", list, &good); err != nil || position != "01J8ZQ4W8Y6F3V1X2N5K7M9P0R" {
		t.Errorf("a cursor does not lead back: %q, %v", position, err)
	}
	for _, position := range []string{"zzzz", "\xff\xfe", "0", "01J8ZQ4W8Y6F3V1X2N5K7M9P0U"} {
		forged := encodeCursor(list, position)
		if _, err := decodeIDCursor("after", list, &forged); CodeOf(err) != BadUserInput {
			t.Errorf("position %q is no id and leads to %v", position, err)
		}
	}
}

func TestListIDSeparatesItsParts(t *testing.T) {
	if listID("ab", "c") == listID("a", "bc") {
		t.Error("two lists have one id")
	}
}

func FuzzDecodeCursor(f *testing.F) {
	list := listID("labels", "owner")
	f.Add(encodeCursor(list, "12 Dog"))
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, cursor string) {
		position, err := decodeCursor("after", list, &cursor)
		if err == nil && encodeCursor(list, position) != cursor {
			t.Errorf("%q leads to %q, which has another cursor", cursor, position)
		}
	})
}
