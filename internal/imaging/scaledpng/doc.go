// Package scaledpng decodes a PNG to a fraction of its sides without ever holding the whole picture. Package imaging calls
// it for photos that are larger than anything downstream looks at.
//
// Rows are inflated, unfiltered and added one by one to boxes of scale x scale pixels, whose means are the result. It does
// not matter in which order a box's pixels come, so an interlaced PNG, in which the same rows come in seven passes, takes
// no more memory. Transparency becomes white on the way, and of 16 bits a sample the upper 8 are used.
//
// It accepts what image/png accepts and gives its errors, png.FormatError and png.UnsupportedError. Section numbers in
// comments are those of the W3C's PNG specification, third edition. The files: decode.go walks over the chunks, rows.go
// inflates and unfilters, pixels.go turns bytes into colours, boxes.go averages them.
package scaledpng
