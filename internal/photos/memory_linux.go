package photos

import "syscall"

// memory is a block of bytes that the garbage collector does not know. On its heap 64 MiB would count as live data: the
// next collection would come when there is as much garbage, and the process would hold twice what it needs.
type memory struct {
	bytes []byte
	// weight is neither read nor written, so that it takes no memory, but it counts as live on the heap. Besides there are
	// some 3 MiB, and so a collection came after each 3 MiB of garbage: ten in an archive of 1,500 photos, each of which
	// goes through the stacks of all requests that are under way.
	weight []byte
}

// heapWeight is how many bytes more of garbage come together before a collection.
const heapWeight = 6 << 20

// get gives the block, size bytes.
func (m *memory) get(size int) ([]byte, error) {
	if m.bytes != nil {
		return m.bytes, nil
	}
	bytes, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	if err != nil {
		return nil, err
	}
	// Pages of 2 MiB where the system has them: parts are larger, and 32 pages are sooner made than 16,000. Where there are
	// none the small ones do.
	_ = syscall.Madvise(bytes, syscall.MADV_HUGEPAGE)
	m.bytes, m.weight = bytes, make([]byte, heapWeight)
	return bytes, nil
}

// clear gives what was written back to the system. The addresses stay valid, for good: an HTTP client may still read
// from a body whose request was given up, and then finds zeros.
func (m *memory) clear() { _ = syscall.Madvise(m.bytes, syscall.MADV_DONTNEED) }
