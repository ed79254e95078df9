package efficientnet_test

import (
	"math"
	"os"
	"runtime"
	"slices"
	"testing"

	"pam/internal/local/neural/efficientnet"
	"pam/internal/local/neural/layers"
)

// TestKernelsAgree runs the whole network on the fastest kernels of this machine and on the portable ones, which the
// other tests, run on a machine with faster ones, never see.
func TestKernelsAgree(t *testing.T) {
	if layers.Fastest().String() == layers.Portable().String() {
		t.Log("this machine has no faster kernels: both runs are the same")
	}
	file, err := os.ReadFile("../efficientnet-lite0.tensors")
	if err != nil {
		t.Fatal(err)
	}
	prepare := func(kernels layers.Kernels) (run func(colour func(y, x, c int) int) (logits, features []float32)) {
		n, err := efficientnet.LoadFor(kernels, file)
		if err != nil {
			t.Fatal(err)
		}
		ws := n.NewWorkspace()
		return func(colour func(y, x, c int) int) (logits, features []float32) {
			if logits, err = n.Logits(t.Context(), ws, picture(colour)); err != nil {
				t.Fatal(err)
			}
			return logits, ws.Features()
		}
	}
	fastest, portable := prepare(layers.Fastest()), prepare(layers.Portable())
	for name, colour := range map[string]func(y, x, c int) int{"discs": discs, "noise": noise} {
		t.Run(name, func(t *testing.T) {
			logits, features := fastest(colour)
			wantLogits, wantFeatures := portable(colour)
			for _, c := range []struct {
				name, reason string
				got, want    []float32
				length       int
			}{
				{"logits", "only the order of additions and their fusion may differ", logits, wantLogits, efficientnet.Classes},
				{"features", "the same before the last layer", features, wantFeatures, efficientnet.Features},
			} {
				if len(c.got) != c.length || len(c.want) != c.length {
					t.Fatalf("%d and %d %s, not %d", len(c.got), len(c.want), c.name, c.length)
				}
				var greatest float64
				for i := range c.got {
					greatest = max(greatest, math.Abs(float64(c.got[i]-c.want[i]))) // NaN stays NaN
				}
				t.Logf("%s differ by up to %.6f", c.name, greatest)
				if !(greatest <= 0.0005) {
					t.Errorf("%s differ by %g; %s", c.name, greatest, c.reason)
				}
			}
		})
	}
}

func TestFeaturesAreWhatTheClassifierSaw(t *testing.T) {
	n := load(t)
	ws := n.NewWorkspace()
	of := func(colour func(y, x, c int) int) []float32 {
		if _, err := n.Logits(t.Context(), ws, picture(colour)); err != nil {
			t.Fatal(err)
		}
		return slices.Clone(ws.Features())
	}
	first := of(discs)
	for i, x := range first {
		if !(x >= 0 && x <= 6) {
			t.Fatalf("feature %d is %g: means of ReLU6 lie in 0 ... 6", i, x)
		}
	}
	if slices.Equal(first, of(noise)) {
		t.Error("another picture has the same features")
	}
	if !slices.Equal(first, of(discs)) {
		t.Error("the same picture has other features")
	}
}

func TestLogitsDoNotAllocate(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	n := load(t)
	ws, in := n.NewWorkspace(), picture(discs)
	allocations := testing.AllocsPerRun(2, func() {
		if _, err := n.Logits(t.Context(), ws, in); err != nil {
			t.Error(err)
		}
	})
	if allocations != 0 {
		t.Errorf("%v allocations a run: a photo is looked at again and again in one workspace", allocations)
	}
}
