package layers

// Fastest is what suits the processor best.
func Fastest() Kernels { return Portable() }
