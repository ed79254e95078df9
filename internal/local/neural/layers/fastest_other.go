//go:build !amd64

package layers

// Fastest is what suits the processor best: there is assembly for amd64 only.
func Fastest() Kernels { return Portable() }
