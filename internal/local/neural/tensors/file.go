package tensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

const (
	magic   = "PAMTENS\n"
	version = 1

	headerBytes = len(magic) + 4 + 4
	crcBytes    = 4
	maxName     = 255
	maxRank     = 4
)

// ErrFormat is wrapped by every error that Parse and Float32s give for a file that is not what doc.go describes.
var ErrFormat = errors.New("not a tensor file")

// Tensor is one named array.
type Tensor struct {
	Name  string // 1 to 255 bytes
	Shape []int  // 1 to 4 dimensions, each at least 1
	Data  []byte // little-endian binary16, two bytes for each element
}

// Len is the number of elements.
func (t Tensor) Len() int { return len(t.Data) / 2 }

// Float32s decodes the elements. A NaN or an infinity is an ErrFormat: no trained weight is one, and a single one would
// turn every answer of the network into NaN.
func (t Tensor) Float32s() ([]float32, error) {
	values := make([]float32, t.Len())
	for i := range values {
		h := binary.LittleEndian.Uint16(t.Data[2*i:])
		if h&0x7c00 == 0x7c00 {
			return nil, fmt.Errorf("%w: tensor %q holds a number that is not finite at %d", ErrFormat, t.Name, i)
		}
		values[i] = Widen(h)
	}
	return values, nil
}

// FromFloat32s makes a tensor of values. It gives an error when they do not fill the shape, or when one is not finite in
// half precision.
func FromFloat32s(name string, shape []int, values []float32) (Tensor, error) {
	size := 1
	for _, dim := range shape {
		size *= dim
	}
	if size != len(values) {
		return Tensor{}, fmt.Errorf("tensor %q: shape %v wants %d values, not %d", name, shape, size, len(values))
	}
	data := make([]byte, 0, 2*len(values))
	for i, value := range values {
		h := Narrow(value)
		if h&0x7c00 == 0x7c00 {
			return Tensor{}, fmt.Errorf("tensor %q: value %g at %d is not finite in half precision", name, value, i)
		}
		data = binary.LittleEndian.AppendUint16(data, h)
	}
	return Tensor{Name: name, Shape: shape, Data: data}, nil
}

// Write writes a file that Parse reads back. It gives an error for a tensor that the format cannot hold.
func Write(w io.Writer, all []Tensor) error {
	var b bytes.Buffer
	b.WriteString(magic)
	le := binary.LittleEndian
	b.Write(le.AppendUint32(nil, version))
	b.Write(le.AppendUint32(nil, uint32(len(all))))
	for _, t := range all {
		if len(t.Name) < 1 || len(t.Name) > maxName || len(t.Shape) < 1 || len(t.Shape) > maxRank {
			return fmt.Errorf("tensor %q: name or rank %d out of bounds", t.Name, len(t.Shape))
		}
		b.Write(le.AppendUint16(nil, uint16(len(t.Name))))
		b.WriteString(t.Name)
		b.WriteByte(byte(len(t.Shape)))
		size := 1
		for _, dim := range t.Shape {
			if dim < 1 || dim > math.MaxInt32/size {
				return fmt.Errorf("tensor %q: shape %v out of bounds", t.Name, t.Shape)
			}
			size *= dim
			b.Write(le.AppendUint32(nil, uint32(dim)))
		}
		if len(t.Data) != 2*size {
			return fmt.Errorf("tensor %q: shape %v wants %d bytes, not %d", t.Name, t.Shape, 2*size, len(t.Data))
		}
		b.Write(t.Data)
	}
	b.Write(le.AppendUint32(nil, crc32.ChecksumIEEE(b.Bytes())))
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write tensors: %w", err)
	}
	return nil
}

// Parse reads a file. The tensors' data are windows into file, which must not change afterwards; nothing is decoded
// yet. Every error wraps ErrFormat.
func Parse(file []byte) (map[string]Tensor, error) {
	if len(file) < headerBytes+crcBytes {
		return nil, fmt.Errorf("%w: only %d bytes", ErrFormat, len(file))
	}
	if string(file[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: wrong magic", ErrFormat)
	}
	body, crc := file[:len(file)-crcBytes], file[len(file)-crcBytes:]
	r := reader{rest: body[len(magic):]}
	if v := r.uint32(); v != version {
		return nil, fmt.Errorf("%w: version %d, not %d", ErrFormat, v, version)
	}
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(crc) {
		return nil, fmt.Errorf("%w: wrong checksum", ErrFormat)
	}
	count := r.uint32()
	all := make(map[string]Tensor)
	for i := range count {
		t, err := r.tensor()
		if err != nil {
			return nil, fmt.Errorf("%w: tensor %d: %w", ErrFormat, i, err)
		}
		if _, twice := all[t.Name]; twice {
			return nil, fmt.Errorf("%w: tensor %q comes twice", ErrFormat, t.Name)
		}
		all[t.Name] = t
	}
	if len(r.rest) != 0 {
		return nil, fmt.Errorf("%w: %d bytes after the last tensor", ErrFormat, len(r.rest))
	}
	return all, nil
}

// reader takes values off the front of rest. Once something is missing it gives zeros and short is true.
type reader struct {
	rest  []byte
	short bool
}

var errShort = errors.New("ends early")

func (r *reader) bytes(n int) []byte {
	if n > len(r.rest) {
		r.rest, r.short = nil, true
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) uint8() int {
	if b := r.bytes(1); b != nil {
		return int(b[0])
	}
	return 0
}

func (r *reader) uint16() int {
	if b := r.bytes(2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) tensor() (Tensor, error) {
	nameLength := r.uint16()
	if !r.short && (nameLength < 1 || nameLength > maxName) {
		return Tensor{}, fmt.Errorf("name of %d bytes", nameLength)
	}
	t := Tensor{Name: string(r.bytes(nameLength))}
	rank := r.uint8()
	if r.short {
		return Tensor{}, errShort
	}
	if rank < 1 || rank > maxRank {
		return Tensor{}, fmt.Errorf("%q has rank %d", t.Name, rank)
	}
	size := 1
	for range rank {
		dim := r.uint32()
		if r.short {
			return Tensor{}, errShort
		}
		// The bound keeps the product small enough for any int before the bytes are asked for.
		if dim < 1 || uint64(dim) > uint64(len(r.rest)/2/size) {
			return Tensor{}, fmt.Errorf("%q has a dimension of %d that its data cannot fill", t.Name, dim)
		}
		size *= int(dim)
		t.Shape = append(t.Shape, int(dim))
	}
	if t.Data = r.bytes(2 * size); r.short {
		return Tensor{}, errShort
	}
	return t, nil
}
