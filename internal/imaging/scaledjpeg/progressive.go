package scaledjpeg

import (
	"image/jpeg"
	"math/bits"
)

// progression reads the last three bytes of a progressive pass's header.
func (s *scan) progression(spec []byte) error {
	s.first, s.last = int(spec[0]), int(spec[1])
	high, low := spec[2]>>4, spec[2]&0x0f
	s.shift, s.refinement = uint(low), high != 0
	switch {
	case s.first == 0 && s.last != 0, s.first > s.last, s.last > 63:
		return jpeg.FormatError("bad spectral selection bounds")
	case s.first != 0 && len(s.parts) != 1:
		return jpeg.FormatError("progressive AC coefficients for more than one component")
	case s.refinement && high != low+1:
		return jpeg.FormatError("bad successive approximation values")
	}
	return nil
}

// progressive reads what a pass adds to a block.
func (s *scan) progressive(p *part, block int) error {
	low := p.low[block*s.transform.side*s.transform.side:]
	switch {
	case s.first > 0 && s.refinement:
		return s.refine(p, low, &p.nonzero[block])
	case s.first > 0:
		return s.begin(p, low, &p.nonzero[block])
	case s.refinement:
		bit, err := s.bits.take(1)
		low[0] |= int16(bit << s.shift)
		return err
	default:
		dc, err := s.difference(p)
		low[0] = int16(dc << s.shift)
		return err
	}
}

// begin reads the first bits of coefficients (T.81, G.1.2.2).
func (s *scan) begin(p *part, low []int16, nonzero *uint64) error {
	if s.run > 0 {
		s.run--
		return nil
	}
	for at := s.first; at <= s.last; at++ {
		symbol, err := s.bits.symbol(p.ac)
		if err != nil {
			return err
		}
		zeros, size := int(symbol>>4), int(symbol&0x0f)
		if size == 0 && zeros < 15 {
			if err := s.beginRun(zeros); err != nil {
				return err
			}
			s.run--
			return nil
		}
		at += zeros
		if size == 0 {
			continue
		}
		if at > s.last {
			return nil
		}
		v, err := s.bits.extended(size)
		if err != nil {
			return err
		}
		s.set(low, nonzero, at, v<<s.shift)
	}
	return nil
}

// beginRun reads how long a run is: between 1<<size and twice that, less one.
func (s *scan) beginRun(size int) error {
	more, err := s.bits.take(size)
	s.run = 1<<size + int(more)
	return err
}

// set gives a coefficient its first value, which is not zero.
func (s *scan) set(low []int16, nonzero *uint64, at int, v int32) {
	*nonzero |= 1 << at
	if place := s.transform.place[at]; place != dropped {
		low[place] = int16(v)
	}
}

// refine reads one more bit of coefficients that have begun, and the first of others (T.81, G.1.2.3).
func (s *scan) refine(p *part, low []int16, nonzero *uint64) error {
	at := s.first
	for s.run == 0 && at <= s.last {
		symbol, err := s.bits.symbol(p.ac)
		if err != nil {
			return err
		}
		zeros, size := int(symbol>>4), symbol&0x0f
		var v int32
		switch size {
		case 0:
			if zeros < 15 {
				if err := s.beginRun(zeros); err != nil {
					return err
				}
				continue
			}
		case 1:
			sign, err := s.bits.take(1)
			if err != nil {
				return err
			}
			v = (2*sign - 1) << s.shift
		default:
			return jpeg.FormatError("unexpected Huffman code")
		}
		end := s.zeroAfter(*nonzero, at, zeros)
		if err := s.correct(low, *nonzero, at, end); err != nil {
			return err
		}
		if end > s.last {
			return jpeg.FormatError("too many coefficients")
		}
		if v != 0 {
			s.set(low, nonzero, end, v)
		}
		at = end + 1
	}
	if s.run == 0 {
		return nil
	}
	s.run--
	return s.correct(low, *nonzero, at, s.last+1)
}

// zeroAfter gives the position of the zero coefficient that comes after so many others from at on; one past the pass's
// last where there is none.
func (s *scan) zeroAfter(nonzero uint64, at, zeros int) int {
	free := ^nonzero >> at << at & s.band()
	for range zeros {
		free &= free - 1 // drops the lowest
	}
	return min(bits.TrailingZeros64(free), s.last+1)
}

// band has a bit for each coefficient from 0 to the pass's last.
func (s *scan) band() uint64 { return 1<<(s.last+1) - 1 }

// correct reads a bit for each coefficient from at up to before end that has begun. Only those that are kept are changed.
func (s *scan) correct(low []int16, nonzero uint64, at, end int) error {
	for begun := nonzero >> at << at & (1<<end - 1); begun != 0; begun &= begun - 1 {
		bit, err := s.bits.take(1)
		if err != nil {
			return err
		}
		place := s.transform.place[bits.TrailingZeros64(begun)]
		if bit == 0 || place == dropped {
			continue
		}
		if low[place] >= 0 {
			low[place] += 1 << s.shift
		} else {
			low[place] -= 1 << s.shift
		}
	}
	return nil
}

// drawProgressive turns the coefficients of all passes into pixels.
func (d *decoder) drawProgressive() error {
	side := d.transform.side
	for i := range d.frame.components {
		c := &d.frame.components[i]
		if c.low == nil {
			continue
		}
		quantization := d.transform.quantization(&d.quant[c.table])
		for row := range c.height {
			if err := d.alive(); err != nil {
				return err
			}
			for column := range c.width {
				var block corner
				for k, v := range c.low[(row*c.stride+column)*side*side:][:side*side] {
					block[k] = int32(v)
				}
				d.transform.draw(c.block(column, row, side), c.stride*side, &block, &quantization)
			}
		}
		c.low, c.nonzero = nil, nil // the next garbage collection may have them
	}
	return nil
}
