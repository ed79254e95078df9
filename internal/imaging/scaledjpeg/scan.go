package scaledjpeg

import (
	"image/jpeg"
)

// scan is one pass over one or more components.
type scan struct {
	*decoder
	parts []part
	// first to last are the coefficients that the pass gives, in the file's order; shift is the place of their lowest bit
	// (Al in T.81, G.1.1.1.2). A refinement gives one more bit of coefficients that earlier passes have begun.
	first, last int
	shift       uint
	refinement  bool

	run int // blocks, from this one on, in which the pass has nothing new (EOBRUN in T.81, G.1.2.2)
}

// part is what a scan knows of one component.
type part struct {
	*component
	dc, ac       *huffman
	quantization corner
	previous     int32 // DC coefficient, which is stored as a difference
}

// scan reads a SOS segment's payload (T.81, B.2.3) and the pass behind it.
func (d *decoder) scan(payload []byte) error {
	f := d.frame
	if f == nil {
		return jpeg.FormatError("missing SOF marker")
	}
	if len(payload) < 6 || len(payload) > 4+2*len(f.components) || len(payload) != 4+2*int(payload[0]) {
		return jpeg.FormatError("SOS has wrong length")
	}
	s := &scan{decoder: d, parts: make([]part, payload[0]), last: 63}
	blocks := 0
	for i := range s.parts {
		id, tables := payload[1+2*i], payload[2+2*i]
		p, err := d.part(id, tables>>4, tables&0x0f)
		if err != nil {
			return err
		}
		for _, other := range s.parts[:i] {
			if other.component == p.component {
				return jpeg.FormatError("repeated component selector")
			}
		}
		s.parts[i] = p
		blocks += p.h * p.v
	}
	if len(f.components) > 1 && blocks > 10 {
		return jpeg.FormatError("total sampling factors too large")
	}
	if f.progressive {
		if err := s.progression(payload[len(payload)-3:]); err != nil {
			return err
		}
	}
	for i := range s.parts {
		f.allocate(s.parts[i].component, d.transform.side)
	}
	return s.read()
}

// part prepares a component for a pass.
func (d *decoder) part(id, dcSlot, acSlot byte) (part, error) {
	for i := range d.frame.components {
		c := &d.frame.components[i]
		if c.id != id {
			continue
		}
		if dcSlot > 3 || d.frame.baseline && dcSlot > 1 {
			return part{}, jpeg.FormatError("bad Td value")
		}
		if acSlot > 3 || d.frame.baseline && acSlot > 1 {
			return part{}, jpeg.FormatError("bad Ta value")
		}
		return part{
			component: c, dc: d.dc[dcSlot], ac: d.ac[acSlot],
			quantization: d.transform.quantization(&d.quant[c.table]),
		}, nil
	}
	return part{}, jpeg.FormatError("unknown component selector")
}

// read goes over the pass's blocks. A pass over several components has them by MCUs; one over a single component row by
// row, without those that are padding (T.81, A.2).
func (s *scan) read() error {
	across, down := s.frame.across, s.frame.down
	alone := len(s.parts) == 1
	if alone {
		across, down = s.parts[0].width, s.parts[0].height
	}
	marker := byte(markerRST0)
	for y := range down {
		if err := s.alive(); err != nil {
			return err
		}
		for x := range across {
			if s.restart > 0 && x+y > 0 && (y*across+x)%s.restart == 0 {
				if err := s.bits.restart(marker); err != nil {
					return err
				}
				marker = markerRST0 + (marker+1)&7
				s.run = 0
				for i := range s.parts {
					s.parts[i].previous = 0
				}
			}
			if alone {
				if err := s.block(&s.parts[0], x, y); err != nil {
					return err
				}
				continue
			}
			for i := range s.parts {
				p := &s.parts[i]
				for v := range p.v {
					for h := range p.h {
						if err := s.block(p, p.h*x+h, p.v*y+v); err != nil {
							return err
						}
					}
				}
			}
		}
	}
	return nil
}

// block reads what the pass has on one block.
func (s *scan) block(p *part, column, row int) error {
	if s.frame.progressive {
		return s.progressive(p, row*p.stride+column)
	}
	var block corner
	if err := s.sequential(p, &block); err != nil {
		return err
	}
	side := s.transform.side
	s.transform.draw(p.block(column, row, side), p.stride*side, &block, &p.quantization)
	return nil
}

// sequential reads a whole block (T.81, F.2.2).
func (s *scan) sequential(p *part, block *corner) error {
	dc, err := s.difference(p)
	if err != nil {
		return err
	}
	block[0] = dc
	for at := 1; at < 64; at++ {
		symbol, err := s.bits.symbol(p.ac)
		if err != nil {
			return err
		}
		zeros, size := int(symbol>>4), int(symbol&0x0f)
		at += zeros
		if size == 0 {
			if zeros == 15 {
				continue
			}
			return nil
		}
		if at > 63 {
			return nil
		}
		v, err := s.bits.extended(size)
		if err != nil {
			return err
		}
		if place := s.transform.place[at]; place != dropped {
			block[place] = v
		}
	}
	return nil
}

// difference reads a DC coefficient.
func (s *scan) difference(p *part) (int32, error) {
	size, err := s.bits.symbol(p.dc)
	if err != nil {
		return 0, err
	}
	if size > 16 {
		return 0, jpeg.UnsupportedError("excessive DC component")
	}
	v, err := s.bits.extended(int(size))
	p.previous += v
	return p.previous, err
}
