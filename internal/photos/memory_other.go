//go:build !linux

package photos

// memory is a block of bytes; see memory_linux.go for what it is where PAM runs in production.
type memory struct{ bytes []byte }

// get gives the block, size bytes.
func (m *memory) get(size int) ([]byte, error) {
	if m.bytes == nil {
		m.bytes = make([]byte, size)
	}
	return m.bytes, nil
}

// clear gives the block to the garbage collector.
func (m *memory) clear() { m.bytes = nil }
