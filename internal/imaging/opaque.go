package imaging

import (
	"image"
	"image/color"
	"image/draw"
)

// opaque gives a decoded picture as one of the three types that Picture.Image promises, transparency as white. It keeps
// or reuses what the decoder made wherever it can; img is not to be used afterwards.
func opaque(img image.Image) image.Image {
	switch src := img.(type) {
	case *image.YCbCr, *image.Gray:
		return img
	case *image.RGBA: // the decoders make it for pictures without transparency only
		return img
	case *image.NRGBA:
		return whitened(src)
	case *image.CMYK:
		return printed(src)
	default: // palettes, 16 bits a sample
		return toRGBA(img)
	}
}

// toRGBA copies a picture onto white.
func toRGBA(img image.Image) *image.RGBA {
	b := img.Bounds()
	dst := image.NewRGBA(image.Rectangle{Max: b.Size()})
	draw.Draw(dst, dst.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(dst, dst.Rect, img, b.Min, draw.Over)
	return dst
}

// whitened lays a picture over white in its own memory. Once every pixel is opaque, NRGBA and RGBA mean the same bytes.
func whitened(img *image.NRGBA) *image.RGBA {
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		for i := 0; i < len(row); i += 4 {
			if alpha := uint32(row[i+3]); alpha != 0xff {
				white := 0xff * (0xff - alpha)
				for c := i; c < i+3; c++ {
					row[c] = byte((uint32(row[c])*alpha + white + 0x7f) / 0xff)
				}
				row[i+3] = 0xff
			}
		}
	}
	return &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
}

// printed gives the colours that inks make on white, in their own memory.
func printed(img *image.CMYK) *image.RGBA {
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		for ; len(row) >= 4; row = row[4:] {
			row[0], row[1], row[2] = color.CMYKToRGB(row[0], row[1], row[2], row[3])
			row[3] = 0xff
		}
	}
	return &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
}
