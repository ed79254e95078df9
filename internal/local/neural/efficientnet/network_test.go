package efficientnet_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"

	"pam/internal/local/neural/efficientnet"
)

// load reads the embedded weights from where package neural embeds them.
func load(tb testing.TB) *efficientnet.Network {
	tb.Helper()
	file, err := os.ReadFile("../efficientnet-lite0.tensors")
	if err != nil {
		tb.Fatal(err)
	}
	n, err := efficientnet.Load(file)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// picture computes a test picture; testdata/README.md says how the reference computed the same.
func picture(colour func(y, x, c int) int) []float32 {
	values := make([]float32, 0, efficientnet.Side*efficientnet.Side*efficientnet.Channels)
	for y := range efficientnet.Side {
		for x := range efficientnet.Side {
			for c := range efficientnet.Channels {
				values = append(values, (float32(colour(y, x, c))-127)/128)
			}
		}
	}
	return values
}

func gradient(y, x, c int) int { return (x*(c+1) + y*(3-c)) % 256 }

func discs(y, x, c int) int {
	dy, dx, radius := y/32*32+16-y, x/32*32+16-x, 6+4*c
	if dy*dy+dx*dx < radius*radius {
		return 230 - 70*c
	}
	return 40 + 50*c
}

func noise(y, x, c int) int {
	i := uint64((y*efficientnet.Side+x)*efficientnet.Channels + c)
	return int((i*2654435761 + 40503) & 0xffffffff >> 24)
}

func black(int, int, int) int { return 0 }

// TestLogitsMatchPyTorch compares with PyTorch on the same pictures, once with the embedded weights, which proves the
// operations, and once with the published ones in single precision, which proves the conversion. testdata/README.md
// says how the references were made.
func TestLogitsMatchPyTorch(t *testing.T) {
	pictures := []struct {
		name, reason string
		colour       func(y, x, c int) int
	}{
		{"gradient", "smooth colours that differ by channel: a swapped axis or channel shows", gradient},
		{"discs", "edges and shapes off centre: wrong padding shows", discs},
		{"noise", "every activation is busy, many at ReLU6's upper bound", noise},
		{"black", "nothing but biases and borders", black},
	}
	references := []struct {
		name, reason, file  string
		logits, probability float64 // greatest difference allowed
	}{
		{
			"embedded weights", "only the order of additions may differ; 0.0001 was measured",
			"testdata/logits_half_precision.json", 0.001, 0.0001,
		},
		{
			"published weights", "half precision moves logits, which span about 10, by up to 0.044 (measured)",
			"testdata/logits_full_precision.json", 0.06, 0.01,
		},
	}
	n := load(t)
	ws := n.NewWorkspace()
	for _, r := range references {
		reference := readLogits(t, r.file)
		for _, c := range pictures {
			t.Run(r.name+"/"+c.name, func(t *testing.T) {
				want := reference[c.name]
				if len(want) != efficientnet.Classes {
					t.Fatalf("reference has %d logits", len(want))
				}
				got, err := n.Logits(t.Context(), ws, picture(c.colour))
				if err != nil {
					t.Fatal(err)
				}
				p, q := make([]float64, len(got)), make([]float64, len(want))
				efficientnet.Softmax(p, got)
				efficientnet.Softmax(q, want)
				var logits, probability float64
				for i := range want {
					logits = max(logits, math.Abs(float64(got[i]-want[i]))) // NaN stays NaN
					probability = max(probability, math.Abs(p[i]-q[i]))
				}
				t.Logf("greatest difference of a logit %.6f, of a probability %.6f", logits, probability)
				if !(logits <= r.logits && probability <= r.probability) {
					t.Errorf("allowed are %g and %g: %s; %s", r.logits, r.probability, r.reason, c.reason)
				}
			})
		}
	}
}

func readLogits(t *testing.T, file string) map[string][]float32 {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var logits map[string][]float32
	if err := json.Unmarshal(text, &logits); err != nil {
		t.Fatal(err)
	}
	return logits
}

func TestLogitsAreTheSameHoweverTheyRun(t *testing.T) {
	n := load(t)
	run := func(ws *efficientnet.Workspace) []float32 {
		got, err := n.Logits(context.Background(), ws, picture(noise))
		if err != nil {
			t.Error(err)
		}
		return slices.Clone(got)
	}
	ws := n.NewWorkspace()
	first := run(ws)
	if again := run(ws); !slices.Equal(first, again) {
		t.Error("a used workspace changes the answer")
	}
	for _, procs := range []int{1, 3} {
		before := runtime.GOMAXPROCS(procs)
		if got := run(ws); !slices.Equal(first, got) {
			t.Errorf("%d processors change the answer", procs)
		}
		runtime.GOMAXPROCS(before)
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if got := run(n.NewWorkspace()); !slices.Equal(first, got) {
				t.Error("a run beside another gives another answer")
			}
		})
	}
	both.Wait()
}

func TestLogitsStopWithTheContext(t *testing.T) {
	n := load(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := n.Logits(ctx, n.NewWorkspace(), picture(black)); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
}

func TestLogitsRefusePicturesOfTheWrongLength(t *testing.T) {
	n := load(t)
	if _, err := n.Logits(t.Context(), n.NewWorkspace(), make([]float32, 5)); err == nil {
		t.Error("no error")
	}
}
