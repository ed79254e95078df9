// Package imaging reads what people upload: it finds out whether a file is a whole JPEG or PNG of acceptable size, decodes
// it, turns it upright, reads when it was taken and makes its thumbnail. The detector calls it before a labeller sees a
// photo. Inspect knows nothing of the rest of PAM; Inspector makes it the domain's port.
//
// Uploads are hostile until proven otherwise. The size of a picture is taken from its header and checked before anything
// is allocated for it, so memory is bounded by Limits.MaxPixels and not by what a file claims. Nobody downstream looks at
// more than a few megapixels: up to 4 the standard library decodes a photo whole, and packages scaledjpeg and scaledpng
// reduce a larger one while they read it. A photo of up to 50 megapixels then takes at most 110 MB besides the file, and
// most take less than 50. What comes near: a progressive CMYK JPEG, of 26 bytes a pixel where it is decoded whole (4
// megapixels), of 6 where it is halved (16), of 2 where it is quartered (64). The passes of a JPEG are bounded too.
package imaging
