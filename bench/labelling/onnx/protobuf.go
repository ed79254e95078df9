package onnx

import (
	"encoding/binary"
	"math"
)

// message is a protocol buffer message in wire format; fields are appended to it.
type message []byte

// wireType says how a field's value is laid out.
type wireType int

const (
	varint    wireType = 0
	delimited wireType = 2
	fixed32   wireType = 5
)

func (m *message) tag(field int, t wireType) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|uint64(t))
}

// int appends an int64, int32 or enum; negative numbers take ten bytes, as the format has it.
func (m *message) int(field int, value int64) {
	m.tag(field, varint)
	*m = binary.AppendUvarint(*m, uint64(value))
}

func (m *message) float(field int, value float32) {
	m.tag(field, fixed32)
	*m = binary.LittleEndian.AppendUint32(*m, math.Float32bits(value))
}

// bytes appends a string, bytes or an inner message.
func (m *message) bytes(field int, value []byte) {
	m.tag(field, delimited)
	*m = binary.AppendUvarint(*m, uint64(len(value)))
	*m = append(*m, value...)
}

func (m *message) string(field int, value string) { m.bytes(field, []byte(value)) }
