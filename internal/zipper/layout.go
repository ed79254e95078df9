package zipper

// Placement says where an entry lies in the buffer of its part, in bytes from the start of the part.
type Placement struct {
	Header int64 // first byte of the local header
	Data   int64 // first byte of the file
	End    int64 // first byte after the file
}

// Layout places entries one after the other, as they follow each other in a part, and gives the size of the part. Every
// place is known before any photo is fetched, so many can be fetched at once, each straight into buf[Data:End].
func Layout(entries []Entry) (placements []Placement, size int64) {
	placements = make([]Placement, len(entries))
	for i, e := range entries {
		data := size + LocalHeaderSize(e)
		placements[i] = Placement{Header: size, Data: data, End: data + e.Size}
		size = placements[i].End
	}
	return placements, size
}

// Compact closes the gaps that dropped entries leave in a part's buffer: it moves each kept entry, header and file,
// once, down to its new place, and gives the new size of the part. Placements and keep, which must be of one length,
// are those of the planned entries. Afterwards the buffer is what Layout says for the kept entries alone.
func Compact(buf []byte, placements []Placement, keep []bool) (size int64) {
	for i, p := range placements {
		if !keep[i] {
			continue
		}
		if p.Header != size {
			copy(buf[size:], buf[p.Header:p.End])
		}
		size += p.End - p.Header
	}
	return size
}
