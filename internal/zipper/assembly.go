package zipper

import "fmt"

// Segment is what was built of one planned part: local headers and files, without those that were dropped.
type Segment struct {
	Part   int   // number of the planned part
	Size   int64 // bytes, what was copied included; 0 when everything was dropped
	Offset int64 // where it begins in the zip, set by Assemble
	Copied int64 // bytes at its end that are a part of their own, under the next number; 0 for none
}

// Short says whether the segment is too small to be a part of its own. A builder keeps the bytes of a short segment
// aside; they go into the tail. This holds for the last planned part too, because the tail follows it.
func (s Segment) Short() bool { return s.Size < MinPartSize }

// Assembly is the order of a finished zip: the full segments, each a part of the upload under its planned number and, where
// something was copied, one more, then the tail, which begins with the short segments.
type Assembly struct {
	Full  []Segment // by number
	Short []Segment // by number; none is empty

	TailOffset int64 // where the tail begins: the size of all full segments
	DataEnd    int64 // where the short segments end and labels.csv begins
	TailNumber int   // of the tail's first part
}

// Assemble orders the segments of all planned parts, which must come by ascending number, and sets their offsets. An
// entry of a segment begins at the segment's offset and what Layout says for the segment's entries.
func Assemble(segments []Segment) (Assembly, error) {
	a := Assembly{TailNumber: 1}
	previous := 0
	for _, s := range segments {
		switch {
		case s.Part <= previous:
			return Assembly{}, fmt.Errorf("assemble zip: part %d follows part %d", s.Part, previous)
		case s.Size < 0:
			return Assembly{}, fmt.Errorf("assemble zip: part %d has size %d", s.Part, s.Size)
		case s.Copied != 0 && (s.Copied < MinPartSize || s.Size-s.Copied < MinPartSize):
			return Assembly{}, fmt.Errorf("assemble zip: part %d has %d bytes, and %d of them copied", s.Part, s.Size, s.Copied)
		}
		previous = s.Part
		if s.Copied > 0 {
			previous++
		}
		switch {
		case s.Size == 0:
		case s.Short():
			a.Short = append(a.Short, s)
		default:
			s.Offset = a.TailOffset
			a.TailOffset += s.Size
			a.TailNumber = s.Part + 1
			if s.Copied > 0 {
				a.TailNumber++
			}
			a.Full = append(a.Full, s)
		}
	}
	a.DataEnd = a.TailOffset
	for i := range a.Short {
		a.Short[i].Offset = a.DataEnd
		a.DataEnd += a.Short[i].Size
	}
	return a, nil
}
