package onnx

import (
	"encoding/binary"
	"fmt"
	"testing"
)

// field is one field of a message as it stands in the file.
type field struct {
	number int
	kind   wireType
	value  uint64 // of a varint or fixed32
	bytes  []byte // of a delimited one
}

// decode reads a message field by field, by the rules of the format and none of the writer's code.
func decode(data []byte) ([]field, error) {
	var all []field
	for len(data) > 0 {
		tag, n := binary.Uvarint(data)
		if n <= 0 {
			return nil, fmt.Errorf("no tag in % x", data)
		}
		data = data[n:]
		f := field{number: int(tag >> 3), kind: wireType(tag & 7)}
		switch f.kind {
		case varint:
			if f.value, n = binary.Uvarint(data); n <= 0 {
				return nil, fmt.Errorf("field %d: no number", f.number)
			}
			data = data[n:]
		case fixed32:
			if len(data) < 4 {
				return nil, fmt.Errorf("field %d: no fixed32", f.number)
			}
			f.value, data = uint64(binary.LittleEndian.Uint32(data)), data[4:]
		case delimited:
			length, n := binary.Uvarint(data)
			if n <= 0 || length > uint64(len(data)-n) {
				return nil, fmt.Errorf("field %d: longer than the message", f.number)
			}
			f.bytes, data = data[n:n+int(length)], data[n+int(length):]
		default:
			return nil, fmt.Errorf("field %d has wire type %d", f.number, f.kind)
		}
		all = append(all, f)
	}
	return all, nil
}

// inner gives the messages or strings under a field's number.
func inner(t *testing.T, data []byte, number int) [][]byte {
	t.Helper()
	all, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	var found [][]byte
	for _, f := range all {
		if f.number == number && f.kind == delimited {
			found = append(found, f.bytes)
		}
	}
	return found
}

// only gives the one message or string under a field's number.
func only(t *testing.T, data []byte, number int) []byte {
	t.Helper()
	found := inner(t, data, number)
	if len(found) != 1 {
		t.Fatalf("field %d comes %d times", number, len(found))
	}
	return found[0]
}

// numbers gives the varints under a field's number.
func numbers(t *testing.T, data []byte, number int) []int {
	t.Helper()
	all, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	var found []int
	for _, f := range all {
		if f.number == number && f.kind == varint {
			found = append(found, int(f.value))
		}
	}
	return found
}
