package efficientnet_test

import (
	"os"
	"testing"

	"pam/internal/local/neural/efficientnet"
	"pam/internal/local/neural/layers"
)

func BenchmarkLogits(b *testing.B) {
	file, err := os.ReadFile("../efficientnet-lite0.tensors")
	if err != nil {
		b.Fatal(err)
	}
	for _, kernels := range []layers.Kernels{layers.Fastest(), layers.Portable()} {
		b.Run(kernels.String(), func(b *testing.B) {
			n, err := efficientnet.LoadFor(kernels, file)
			if err != nil {
				b.Fatal(err)
			}
			ws, in := n.NewWorkspace(), picture(discs)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := n.Logits(b.Context(), ws, in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}
