// Package scaledjpeg decodes a JPEG to a half, a quarter or an eighth of its sides without ever holding the whole picture.
// Package imaging calls it for photos that are larger than anything downstream looks at.
//
// Each block of 8 x 8 pixels becomes 4 x 4, 2 x 2 or 1 by an inverse cosine transform of that size over the block's lowest
// frequencies, as libjpeg's scale_denom does. What the higher frequencies say is read, so that damage is found, and
// dropped. A sequential JPEG is therefore decoded block by block into the small picture. A progressive one, whose passes
// each add a few bits to every block, needs memory between passes: the low frequencies that are kept, and of the others
// one bit each, whether it is zero, because that alone decides how later passes are read. At a quarter these are 16 bytes
// a block of a colour plane, where image/jpeg takes 256.
//
// It accepts what image/jpeg accepts and gives its errors, jpeg.FormatError and jpeg.UnsupportedError; T.81 in comments is
// ITU-T T.81, the JPEG standard. The files: decode.go walks over the segments, frame.go holds the picture's planes,
// scan.go and progressive.go read passes, huffman.go and bitstream.go codes, transform.go turns blocks into pixels, colour.go
// planes into a picture.
package scaledjpeg
