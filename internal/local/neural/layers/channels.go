package layers

// PlaceChannels copies the pixels of src, each from channels, into the wider pixels of dst, each dstChannels, beginning
// at channel offset there. Placing several pictures beside each other concatenates them.
//
//go:norace
func PlaceChannels(dst []float32, dstChannels, offset int, src []float32, srcChannels int) {
	for pixel := range len(src) / srcChannels {
		copy(dst[pixel*dstChannels+offset:][:srcChannels], src[pixel*srcChannels:])
	}
}
