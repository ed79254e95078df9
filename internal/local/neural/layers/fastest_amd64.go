package layers

import "golang.org/x/sys/cpu"

// Fastest is what suits the processor best: assembly where it has AVX2 and FMA, as those of the last ten years have,
// else Portable.
func Fastest() Kernels {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return Portable()
	}
	return Kernels{
		name:      "assembly",
		newMatrix: newPanels, newFilter: newVectorFilter,
		add: addAVX2, multiply: multiplyAVX2, average: averageAVX2, activate: activateAVX2,
	}
}
