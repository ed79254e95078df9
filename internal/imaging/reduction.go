package imaging

// maxKept is the most pixels of a Picture.Image. A larger photo is reduced while it is decoded, by 2, 4 or 8, whichever is
// the least that does; then at least 1 megapixel is left of it (up to 256 megapixels, five times what PAM takes).
//
// Nobody downstream sees the difference. The thumbnail's longest side is 512 pixels. Labellers scale a photo to at most
// 512 x 512 pixels and look closer at a centre crop of 224 x 224: a photo of 1 megapixel has at least twice as many
// pixels each way for both unless it is more than four times as long as wide.
const maxKept = 4_000_000

// reduction gives what a picture's sides are divided by, 1, 2, 4 or 8, so that no more than kept pixels are left.
func reduction(width, height, kept int) int {
	scale := 1
	for scale < 8 && int64(ceil(width, scale))*int64(ceil(height, scale)) > int64(kept) {
		scale *= 2
	}
	return scale
}

func ceil(a, b int) int { return (a + b - 1) / b }
