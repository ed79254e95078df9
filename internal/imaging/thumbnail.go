package imaging

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// ThumbnailSide is the most pixels that a side of a thumbnail has.
const ThumbnailSide = 512

// thumbnailQuality keeps a thumbnail at 20 to 60 kB; at the size of a thumbnail nothing is seen of its losses.
const thumbnailQuality = 80

// thumbnail encodes a copy of img, which is one of the types of Picture.Image, of the given size, which is not larger.
func thumbnail(img image.Image, size image.Point) ([]byte, error) {
	small := img
	if size != img.Bounds().Size() {
		// Shrinking in two steps: averaging whole blocks is fast and loses nothing, but it only divides by whole numbers;
		// the filter does the rest, less than half, on what is by then a small picture.
		reduced := reduce(img, max(img.Bounds().Dx()/size.X, 1))
		dst := image.NewRGBA(image.Rectangle{Max: size})
		draw.BiLinear.Scale(dst, dst.Rect, reduced, reduced.Bounds(), draw.Src, nil)
		small = dst
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: thumbnailQuality}); err != nil {
		return nil, fmt.Errorf("encode thumbnail: %w", err)
	}
	return out.Bytes(), nil
}

// thumbnailSize fits a size into ThumbnailSide, keeping its proportions; no side becomes less than one pixel.
func thumbnailSize(size image.Point) image.Point {
	longest := max(size.X, size.Y)
	if longest <= ThumbnailSide {
		return size
	}
	fit := func(side int) int { return max((side*ThumbnailSide+longest/2)/longest, 1) }
	return image.Pt(fit(size.X), fit(size.Y))
}

// reduce divides a picture's sides by about factor by averaging blocks of pixels. Blocks differ by a pixel where a side
// is no multiple of factor, so that nothing at the edges is cut off.
func reduce(img image.Image, factor int) image.Image {
	if factor <= 1 {
		return img
	}
	full := img.Bounds().Size()
	dst := image.NewRGBA(image.Rect(0, 0, max(full.X/factor, 1), max(full.Y/factor, 1)))
	average := averager(img)
	for y := range dst.Rect.Dy() {
		top, bottom := y*full.Y/dst.Rect.Dy(), (y+1)*full.Y/dst.Rect.Dy()
		for x := range dst.Rect.Dx() {
			left, right := x*full.X/dst.Rect.Dx(), (x+1)*full.X/dst.Rect.Dx()
			dst.SetRGBA(x, y, average(image.Rect(left, top, right, bottom)))
		}
	}
	return dst
}

// averager gives the function that averages a block of img's pixels.
func averager(img image.Image) func(block image.Rectangle) color.RGBA {
	switch src := img.(type) {
	case *image.Gray:
		gray := plane{src.Pix, src.Stride, 1, src.Rect.Size()}
		return func(block image.Rectangle) color.RGBA {
			v := gray.average(block, 0)
			return color.RGBA{R: v, G: v, B: v, A: 0xff}
		}
	case *image.YCbCr:
		p := planes(src)
		h, v := subsampling(src.SubsampleRatio)
		return func(block image.Rectangle) color.RGBA {
			// Every colour sample that the block touches.
			chroma := image.Rect(block.Min.X/h, block.Min.Y/v, (block.Max.X-1)/h+1, (block.Max.Y-1)/v+1)
			r, g, b := color.YCbCrToRGB(p[0].average(block, 0), p[1].average(chroma, 0), p[2].average(chroma, 0))
			return color.RGBA{R: r, G: g, B: b, A: 0xff}
		}
	case *image.RGBA:
		rgba := plane{src.Pix, src.Stride, 4, src.Rect.Size()}
		return func(block image.Rectangle) color.RGBA {
			return color.RGBA{R: rgba.average(block, 0), G: rgba.average(block, 1), B: rgba.average(block, 2), A: 0xff}
		}
	default:
		return averager(toRGBA(img))
	}
}

// average gives the mean of one byte of each sample of a block.
func (p plane) average(block image.Rectangle, channel int) byte {
	var sum uint64
	for y := block.Min.Y; y < block.Max.Y; y++ {
		row := p.pix[y*p.stride+block.Min.X*p.sample : y*p.stride+block.Max.X*p.sample]
		if p.sample == 1 {
			for _, v := range row {
				sum += uint64(v)
			}
			continue
		}
		for i := channel; i < len(row); i += p.sample {
			sum += uint64(row[i])
		}
	}
	n := uint64(block.Dx()) * uint64(block.Dy())
	return byte((sum + n/2) / n)
}
