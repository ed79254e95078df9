package scaledjpeg

import (
	"image"
	"image/color"
	"image/jpeg"
)

// finish gives the picture once all passes are read.
func (d *decoder) finish() (image.Image, error) {
	f := d.frame
	if f == nil || !f.begun() {
		return nil, jpeg.FormatError("missing SOS marker")
	}
	if f.progressive {
		if err := d.drawProgressive(); err != nil {
			return nil, err
		}
	}
	side := d.transform.side
	bounds := image.Rect(0, 0, ceil(f.width*side, 8), ceil(f.height*side, 8))
	for i := range f.components {
		f.allocate(&f.components[i], side) // no pass had it: black, as in image/jpeg
	}
	if len(f.components) == 1 {
		c := f.components[0]
		return &image.Gray{Pix: c.pixels, Stride: c.stride * side, Rect: bounds}, nil
	}
	ycc := &image.YCbCr{
		Y: f.components[0].pixels, Cb: f.components[1].pixels, Cr: f.components[2].pixels,
		YStride: f.components[0].stride * side, CStride: f.components[1].stride * side,
		SubsampleRatio: f.ratio(), Rect: bounds,
	}
	switch {
	case len(f.components) == 4:
		return d.cmyk(ycc)
	case d.rgb():
		return interleaved(ycc), nil
	default:
		return ycc, nil
	}
}

// begun says whether any pass was there.
func (f *frame) begun() bool {
	for _, c := range f.components {
		if c.pixels != nil {
			return true
		}
	}
	return false
}

// ratio gives the subsampling of the second and third component.
func (f *frame) ratio() image.YCbCrSubsampleRatio {
	first, second := f.components[0], f.components[1]
	switch (image.Point{X: first.h / second.h, Y: first.v / second.v}) {
	case image.Pt(1, 2):
		return image.YCbCrSubsampleRatio440
	case image.Pt(2, 1):
		return image.YCbCrSubsampleRatio422
	case image.Pt(2, 2):
		return image.YCbCrSubsampleRatio420
	case image.Pt(4, 1):
		return image.YCbCrSubsampleRatio411
	case image.Pt(4, 2):
		return image.YCbCrSubsampleRatio410
	default:
		return image.YCbCrSubsampleRatio444
	}
}

// rgb says whether three components are red, green and blue, by the rules of image/jpeg and libjpeg.
func (d *decoder) rgb() bool {
	c := d.frame.components
	switch {
	case d.jfif:
		return false
	case d.adobe && d.adobeModel == 0:
		return true
	default:
		return c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B'
	}
}

// interleaved gives the picture whose red, green and blue lie in planes.
func interleaved(planes *image.YCbCr) *image.RGBA {
	dst := image.NewRGBA(planes.Rect)
	for y := range dst.Rect.Dy() {
		row := dst.Pix[y*dst.Stride:]
		for x := range dst.Rect.Dx() {
			yi, ci := planes.YOffset(x, y), planes.COffset(x, y)
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = planes.Y[yi], planes.Cb[ci], planes.Cr[ci], 0xff
		}
	}
	return dst
}

// cmyk gives the picture of four components, cyan, magenta, yellow and black, or the first three as YCbCr. Adobe writes
// all four inverted, and nobody writes them without an Adobe segment.
func (d *decoder) cmyk(first *image.YCbCr) (image.Image, error) {
	if !d.adobe {
		return nil, jpeg.UnsupportedError("unknown color model: 4-component JPEG doesn't have Adobe APP14 metadata")
	}
	black := d.frame.components[3].pixels // as wide as the first component
	dst := image.NewCMYK(first.Rect)
	for y := range dst.Rect.Dy() {
		row := dst.Pix[y*dst.Stride:]
		for x := range dst.Rect.Dx() {
			yi, ci := first.YOffset(x, y), first.COffset(x, y)
			c, m, yellow := first.Y[yi], first.Cb[ci], first.Cr[ci]
			if d.adobeModel == 0 {
				c, m, yellow = 255-c, 255-m, 255-yellow
			} else { // red, green and blue are inverted cyan, magenta and yellow, inverted again
				c, m, yellow = color.YCbCrToRGB(c, m, yellow)
			}
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = c, m, yellow, 255-black[yi]
		}
	}
	return dst, nil
}
