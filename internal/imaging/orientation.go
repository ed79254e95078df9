package imaging

import "image"

// orientation is Exif's: how the stored picture has to be turned to stand upright, 1 to 8.
type orientation uint16

// storedUpright is the orientation of a picture that is stored as it is to be seen.
const storedUpright orientation = 1

func (o orientation) valid() bool { return 1 <= o && o <= 8 }

// swapsSides says whether the stored picture's width is the upright one's height.
func (o orientation) swapsSides() bool { return o >= 5 }

// flips says which of the stored picture's axes run backwards in the upright one. Where the orientation swaps sides,
// the axes change places besides.
func (o orientation) flips() (x, y bool) {
	switch o {
	case 2: // mirrored
		return true, false
	case 3: // upside down
		return true, true
	case 4: // upside down, mirrored
		return false, true
	case 6: // to be turned clockwise
		return false, true
	case 7: // to be turned clockwise, mirrored
		return true, true
	case 8: // to be turned anticlockwise
		return true, false
	default: // 1 as it is; 5 axes swapped only
		return false, false
	}
}

// orient gives the picture upright: img itself where nothing is to be done, else a copy of the same type, or an
// *image.RGBA for the rare chroma subsampling that has no counterpart with its axes swapped.
//
// It turns planes, not pixels. Where a side that is flipped is odd and its chroma is subsampled, colour therefore moves by
// one pixel against brightness, which cannot be seen.
func orient(img image.Image, o orientation) image.Image {
	if o == storedUpright {
		return img
	}
	size := img.Bounds().Size()
	if o.swapsSides() {
		size.X, size.Y = size.Y, size.X
	}
	bounds := image.Rectangle{Max: size}
	switch src := img.(type) {
	case *image.Gray:
		dst := image.NewGray(bounds)
		turn(plane{dst.Pix, dst.Stride, 1, size}, plane{src.Pix, src.Stride, 1, src.Rect.Size()}, o)
		return dst
	case *image.RGBA:
		dst := image.NewRGBA(bounds)
		turn(plane{dst.Pix, dst.Stride, 4, size}, plane{src.Pix, src.Stride, 4, src.Rect.Size()}, o)
		return dst
	case *image.YCbCr:
		ratio, ok := turnedRatio(src.SubsampleRatio, o)
		if !ok {
			return orient(toRGBA(img), o)
		}
		dst := image.NewYCbCr(bounds, ratio)
		from, to := planes(src), planes(dst)
		for i := range from {
			turn(to[i], from[i], o)
		}
		return dst
	default:
		return orient(toRGBA(img), o)
	}
}

// plane is a rectangle of samples, each of so many bytes.
type plane struct {
	pix    []byte
	stride int // bytes from one row to the next
	sample int // bytes
	size   image.Point
}

// planes gives brightness and the two colour planes of img, whose bounds begin at the origin.
func planes(img *image.YCbCr) [3]plane {
	size := img.Rect.Size()
	h, v := subsampling(img.SubsampleRatio)
	chroma := image.Pt((size.X+h-1)/h, (size.Y+v-1)/v)
	return [3]plane{
		{img.Y, img.YStride, 1, size},
		{img.Cb, img.CStride, 1, chroma},
		{img.Cr, img.CStride, 1, chroma},
	}
}

// subsampling gives how many pixels across and down share one colour sample.
func subsampling(ratio image.YCbCrSubsampleRatio) (h, v int) {
	switch ratio {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	default:
		return 1, 1
	}
}

// turnedRatio gives the subsampling of a picture after turning it; false where package image has none.
func turnedRatio(ratio image.YCbCrSubsampleRatio, o orientation) (image.YCbCrSubsampleRatio, bool) {
	if !o.swapsSides() {
		return ratio, true
	}
	switch ratio {
	case image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420:
		return ratio, true
	case image.YCbCrSubsampleRatio422:
		return image.YCbCrSubsampleRatio440, true
	case image.YCbCrSubsampleRatio440:
		return image.YCbCrSubsampleRatio422, true
	default:
		return ratio, false
	}
}

// turn fills dst with src turned. It goes over dst in tiles: with the axes swapped, neighbours in dst are a row apart in
// src, and a whole row of dst would sweep the cache clean of every line before its next sample is wanted.
func turn(dst, src plane, o orientation) {
	const tile = 64
	// Where dst's sample (x, y) is in src: start + x*stepX + y*stepY.
	start, right, down := 0, src.sample, src.stride
	flipX, flipY := o.flips()
	if flipX {
		start += (src.size.X - 1) * right
		right = -right
	}
	if flipY {
		start += (src.size.Y - 1) * down
		down = -down
	}
	stepX, stepY := right, down
	if o.swapsSides() {
		stepX, stepY = down, right
	}
	for top := 0; top < dst.size.Y; top += tile {
		bottom := min(top+tile, dst.size.Y)
		for left := 0; left < dst.size.X; left += tile {
			n := min(tile, dst.size.X-left)
			for y := top; y < bottom; y++ {
				row := dst.pix[y*dst.stride+left*dst.sample:][:n*dst.sample]
				at := start + left*stepX + y*stepY
				if dst.sample == 1 {
					for i := range row {
						row[i] = src.pix[at]
						at += stepX
					}
					continue
				}
				for ; len(row) > 0; row = row[dst.sample:] {
					copy(row[:dst.sample], src.pix[at:])
					at += stepX
				}
			}
		}
	}
}
