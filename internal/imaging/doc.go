// Package imaging reads what people upload: it finds out whether a file is a whole JPEG or PNG of acceptable size, decodes
// it, turns it upright, reads when it was taken and makes its thumbnail. The detector calls it before a labeller sees a
// photo. It knows nothing of the rest of PAM; whoever calls it translates its Problem into a rejection of the photo.
//
// Uploads are hostile until proven otherwise. The size of a picture is taken from its header and checked before anything
// is allocated for it, so memory is bounded by Limits.MaxPixels and not by what a file claims: the decoded picture costs
// at most 8 bytes a pixel (16-bit PNG), the coefficients of a progressive JPEG 16 bytes a pixel more while it is decoded,
// and turning or flattening it one copy of at most 4 bytes a pixel.
package imaging
