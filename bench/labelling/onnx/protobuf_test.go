package onnx

import (
	"bytes"
	"testing"
)

func TestMessagesAreEncodedAsTheFormatSays(t *testing.T) {
	cases := []struct {
		name, reason string
		write        func(*message)
		want         string
	}{
		{"varint", "the first example of the format's documentation", func(m *message) { m.int(1, 150) }, "\x08\x96\x01"},
		{"string", "its second example", func(m *message) { m.string(2, "testing") }, "\x12\x07testing"},
		{"message", "its third: a message in a message", func(m *message) { m.bytes(3, []byte("\x08\x96\x01")) }, "\x1a\x03\x08\x96\x01"},
		{"negative", "two's complement in ten bytes", func(m *message) { m.int(1, -1) }, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"},
		{"float", "four bytes, lowest first", func(m *message) { m.float(2, 1) }, "\x15\x00\x00\x80\x3f"},
		{"tag of two bytes", "field numbers from 16 on take a second byte", func(m *message) { m.int(20, 1) }, "\xa0\x01\x01"},
		{"empty", "an empty string is written too: the domain of ONNX's own operators", func(m *message) { m.string(1, "") }, "\x0a\x00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var m message
			c.write(&m)
			if !bytes.Equal(m, []byte(c.want)) {
				t.Errorf("got % x, want % x; %s", []byte(m), c.want, c.reason)
			}
		})
	}
}
