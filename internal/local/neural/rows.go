package neural

import (
	"image"
	"image/color"
)

// rows reads an image as rows of pixels, three values of 8 bits each.
type rows struct {
	// read copies pixels from (x, y) to the right, as many as fit into row.
	read func(row []uint8, x, y int)

	// colour turns a pixel's three values into red, green and blue. It comes after averaging: for a JPEG's luma and
	// chroma, whose mapping to colours is linear but for clamping, that saves it for all but one pixel of a box.
	colour func(a, b, c uint8) (red, green, blue uint8)
}

func rowsOf(img image.Image) rows {
	// Left of zero, where no decoder puts an image, YCbCr's chroma is laid out differently.
	if img, ok := img.(*image.YCbCr); ok && img.Rect.Min.X >= 0 {
		return rows{read: lumaChromaReader(img), colour: color.YCbCrToRGB}
	}
	return rows{read: colourReader(img), colour: func(a, b, c uint8) (uint8, uint8, uint8) { return a, b, c }}
}

func lumaChromaReader(img *image.YCbCr) func(row []uint8, x, y int) {
	shift := 0 // 1<<shift pixels side by side share a chroma value
	switch img.SubsampleRatio {
	case image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420:
		shift = 1
	case image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410:
		shift = 2
	}
	return func(row []uint8, x, y int) {
		luma := img.Y[img.YOffset(x, y):]
		chroma := img.COffset(x, y)
		blue, red := img.Cb[chroma:], img.Cr[chroma:]
		first := x >> shift
		for ; len(row) >= 3 && len(luma) > 0; row, luma, x = row[3:], luma[1:], x+1 {
			c := x>>shift - first
			row[0], row[1], row[2] = luma[0], blue[c], red[c]
		}
	}
}

// colourReader gives a function that reads red, green and blue. What is transparent shows white, as on a page. The
// types that Go's decoders give have loops of their own; any other is asked pixel by pixel.
func colourReader(img image.Image) func(row []uint8, x, y int) {
	switch img := img.(type) {
	case *image.RGBA:
		return func(row []uint8, x, y int) {
			pixels := img.Pix[img.PixOffset(x, y):]
			for i, p := 0, 0; i+3 <= len(row); i, p = i+3, p+4 {
				white := 0xff - pixels[p+3] // the colours are multiplied by alpha already
				row[i], row[i+1], row[i+2] = pixels[p]+white, pixels[p+1]+white, pixels[p+2]+white
			}
		}
	case *image.NRGBA:
		return func(row []uint8, x, y int) {
			pixels := img.Pix[img.PixOffset(x, y):]
			for i, p := 0, 0; i+3 <= len(row); i, p = i+3, p+4 {
				alpha := uint32(pixels[p+3])
				for c := range 3 {
					row[i+c] = uint8((uint32(pixels[p+c])*alpha + 0xff*(0xff-alpha) + 127) / 0xff)
				}
			}
		}
	case *image.Gray:
		return func(row []uint8, x, y int) {
			pixels := img.Pix[img.PixOffset(x, y):]
			for i, p := 0, 0; i+3 <= len(row); i, p = i+3, p+1 {
				row[i], row[i+1], row[i+2] = pixels[p], pixels[p], pixels[p]
			}
		}
	case *image.CMYK:
		return func(row []uint8, x, y int) {
			pixels := img.Pix[img.PixOffset(x, y):]
			for i, p := 0, 0; i+3 <= len(row); i, p = i+3, p+4 {
				row[i], row[i+1], row[i+2] = color.CMYKToRGB(pixels[p], pixels[p+1], pixels[p+2], pixels[p+3])
			}
		}
	case *image.Paletted:
		var palette [256][3]uint8 // an index beyond the palette stays black
		for i, c := range img.Palette[:min(len(img.Palette), 256)] {
			r, g, b, a := c.RGBA()
			palette[i] = [3]uint8{onWhite(r, a), onWhite(g, a), onWhite(b, a)}
		}
		return func(row []uint8, x, y int) {
			pixels := img.Pix[img.PixOffset(x, y):]
			for i, p := 0, 0; i+3 <= len(row); i, p = i+3, p+1 {
				copy(row[i:i+3], palette[pixels[p]][:])
			}
		}
	case image.RGBA64Image: // the 16-bit types, and most others, answer without allocating
		return func(row []uint8, x, y int) {
			for i := 0; i+3 <= len(row); i, x = i+3, x+1 {
				c := img.RGBA64At(x, y)
				a := uint32(c.A)
				row[i], row[i+1], row[i+2] = onWhite(uint32(c.R), a), onWhite(uint32(c.G), a), onWhite(uint32(c.B), a)
			}
		}
	default:
		return func(row []uint8, x, y int) {
			for i := 0; i+3 <= len(row); i, x = i+3, x+1 {
				r, g, b, a := img.At(x, y).RGBA()
				row[i], row[i+1], row[i+2] = onWhite(r, a), onWhite(g, a), onWhite(b, a)
			}
		}
	}
}

// onWhite lays a colour of 16 bits, multiplied by alpha, over white and gives 8 bits. A colour above its alpha, which
// no correct image holds, counts as full.
func onWhite(value, alpha uint32) uint8 { return uint8(min(value+0xffff-alpha, 0xffff) >> 8) }
