// Package imaging reads what people upload: it finds out whether a file is a whole JPEG or PNG of acceptable size, decodes
// it, turns it upright, reads when it was taken and makes its thumbnail. The detector calls it before a labeller sees a
// photo. Inspect knows nothing of the rest of PAM; Inspector makes it the domain's port.
//
// Uploads are hostile until proven otherwise. The size of a picture is taken from its header and checked before anything
// is allocated for it, so memory is bounded by Limits.MaxPixels and not by what a file claims. Bytes a pixel at the peak:
// 2 for a JPEG as cameras write it; for a progressive JPEG 8, 15 with full colour resolution, 24 in CMYK; 12 for a PNG with
// 16 bits a sample; 2 to 4 more where the picture has to be turned. At 50 megapixels, 15 were measured as 750 MB. The
// passes of a progressive JPEG are bounded too.
package imaging
