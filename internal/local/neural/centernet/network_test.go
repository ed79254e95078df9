package centernet_test

import (
	"context"
	"encoding/json"
	"errors"
	"image/jpeg"
	"math"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/layers"
)

func readWeights(tb testing.TB) []byte {
	tb.Helper()
	file, err := os.ReadFile("../centernet.tensors") // from where package neural embeds them
	if err != nil {
		tb.Fatal(err)
	}
	return file
}

func load(tb testing.TB, kernels layers.Kernels) *centernet.Network {
	tb.Helper()
	n, err := centernet.LoadFor(kernels, readWeights(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// picture computes a test picture; testdata/README.md says how the reference computed the same.
func picture(size layers.Size, colour func(y, x, c int) int) []float32 {
	values := make([]float32, 0, size.Pixels()*centernet.Channels)
	for y := range size.Height {
		for x := range size.Width {
			for c := range centernet.Channels {
				values = append(values, float32(colour(y, x, c)))
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
	i := uint64((y*centernet.MaxSide+x)*centernet.Channels + c)
	return int((i*2654435761 + 40503) & 0xffffffff >> 24)
}

// coffee gives the colours of a photo of 384x256 pixels.
func coffee(tb testing.TB) func(y, x, c int) int {
	tb.Helper()
	file, err := os.Open("../testdata/coffee.jpg")
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	photo, err := jpeg.Decode(file)
	if err != nil {
		tb.Fatal(err)
	}
	return func(y, x, c int) int {
		r, g, b, _ := photo.At(x, y).RGBA()
		return int([]uint32{r, g, b}[c] >> 8)
	}
}

// reference is what another runtime gave for one picture.
type reference struct {
	Logits     []float32 // each sampled-th of the heat map
	Detections []struct {
		Class int
		Score float64
		Box   []float32
	}
}

const sampled = 20011

func readReference(t *testing.T, file string) map[string]reference {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]reference
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestDetectMatchesTensorFlow compares with TensorFlow.js on the same pictures; testdata/README.md says how the
// references were made.
func TestDetectMatchesTensorFlow(t *testing.T) {
	pictures := []struct {
		name, reason string
		size         layers.Size
		colour       func(y, x, c int) int
	}{
		{"gradient", "smooth colours that differ by channel: a swapped axis or channel shows", layers.Square(512), gradient},
		{"discs", "edges and shapes off centre: wrong padding shows", layers.Square(512), discs},
		{"coffee", "a photo, wider than high: exchanged sides show, and true objects have boxes", layers.Size{Height: 256, Width: 384}, coffee(t)},
	}
	references := []struct {
		name, reason, file string
		kernels            layers.Kernels
		logit, score, side float64 // greatest difference allowed
	}{
		{
			"formulas/portable", "only the order of additions may differ; 0.00003, 0.000001 and 0.0005 were measured",
			"testdata/reference_exact_sixths.json", layers.Portable(), 0.0005, 0.00005, 0.01,
		},
		{
			"formulas/fastest", "the same by other kernels",
			"testdata/reference_exact_sixths.json", layers.Fastest(), 0.0005, 0.00005, 0.01,
		},
		{
			"published", "the published graph rounds 1/6 by a 4000th, in 28 layers; 0.04, 0.002 and 0.41 were measured",
			"testdata/reference_published.json", layers.Fastest(), 0.1, 0.01, 1,
		},
	}
	for _, r := range references {
		n := load(t, r.kernels)
		ws := n.NewWorkspace()
		all := readReference(t, r.file)
		for _, c := range pictures {
			t.Run(r.name+"/"+c.name, func(t *testing.T) {
				want, known := all[c.name]
				got, err := n.Detect(t.Context(), ws, picture(c.size, c.colour), c.size)
				if err != nil || !known || len(want.Logits) == 0 {
					t.Fatalf("error %v; reference known: %v", err, known)
				}
				heat := ws.Logits(c.size)
				var logit, score, side float64
				for i, v := range want.Logits {
					logit = max(logit, math.Abs(float64(heat[i*sampled]-v))) // NaN stays NaN
				}
				for i, d := range want.Detections {
					if i >= len(got) || got[i].Class != d.Class {
						t.Fatalf("detections are %v, want %v; %s", got, want.Detections, c.reason)
					}
					score = max(score, math.Abs(got[i].Score-d.Score))
					b := got[i].Box
					for s, v := range []float32{b.Left, b.Top, b.Right, b.Bottom} {
						end := []int{c.size.Width, c.size.Height}[s%2]
						side = max(side, math.Abs(float64(v-max(0, min(d.Box[s], float32(end))))))
					}
				}
				t.Logf("greatest difference of a logit %.6f, of a score %.6f, of a side %.4f", logit, score, side)
				if !(logit <= r.logit && score <= r.score && side <= r.side) {
					t.Errorf("allowed are %g, %g and %g: %s; %s", r.logit, r.score, r.side, r.reason, c.reason)
				}
			})
		}
	}
}

func TestDetectIsTheSameHoweverItRuns(t *testing.T) {
	n := load(t, layers.Fastest())
	size := layers.Size{Height: 256, Width: 384}
	in := picture(size, coffee(t))
	run := func(ws *centernet.Workspace) []centernet.Detection {
		got, err := n.Detect(context.Background(), ws, in, size)
		if err != nil {
			t.Error(err)
		}
		return slices.Clone(got)
	}
	ws := n.NewWorkspace()
	first := run(ws)
	if len(first) == 0 {
		t.Fatal("nothing is found, nothing can be compared")
	}
	other := layers.Size{Height: 512, Width: 64}
	if _, err := n.Detect(t.Context(), ws, picture(other, noise), other); err != nil {
		t.Fatal(err)
	}
	if again := run(ws); !slices.Equal(first, again) {
		t.Error("a workspace used for another picture changes the answer")
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

func TestDetectKeepsItsPromisesForAnySize(t *testing.T) {
	cases := []struct {
		name, reason string
		size         layers.Size
	}{
		{"least", "one pixel where the backbone ends", layers.Square(32)},
		{"column", "padding on all sides of a single column", layers.Size{Height: 512, Width: 32}},
		{"row", "the same lying down", layers.Size{Height: 32, Width: 512}},
	}
	n := load(t, layers.Fastest())
	ws := n.NewWorkspace()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := n.Detect(t.Context(), ws, picture(c.size, noise), c.size)
			if err != nil {
				t.Fatal(err)
			}
			for i, d := range got {
				b := d.Box
				if d.Class < 0 || d.Class >= centernet.Classes || !(d.Score >= centernet.LowestScore && d.Score <= 1) ||
					!(b.Left >= 0 && b.Top >= 0 && b.Right <= float32(c.size.Width) && b.Bottom <= float32(c.size.Height)) {
					t.Errorf("%+v; %s", d, c.reason)
				}
				if i > 0 && d.Score > got[i-1].Score {
					t.Errorf("detection %d is likelier than the one before", i)
				}
			}
		})
	}
}

func TestDetectStopsWithTheContext(t *testing.T) {
	n := load(t, layers.Fastest())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	size := layers.Square(32)
	if _, err := n.Detect(ctx, n.NewWorkspace(), picture(size, noise), size); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
}

func TestDetectRefusesPicturesThatItCannotTake(t *testing.T) {
	cases := []struct {
		name, reason string
		size         layers.Size
		values       int
	}{
		{"too high", "the workspace ends at 512", layers.Size{Height: 544, Width: 32}, 544 * 32 * 3},
		{"too wide", "the same across", layers.Size{Height: 32, Width: 544}, 544 * 32 * 3},
		{"odd", "halved five times, lateral and enlarged picture would not fit", layers.Size{Height: 48, Width: 32}, 48 * 32 * 3},
		{"nothing", "no pixel", layers.Size{}, 0},
		{"negative", "no size", layers.Size{Height: -32, Width: -32}, 32 * 32 * 3},
		{"length", "values of another picture", layers.Square(32), 5},
	}
	n := load(t, layers.Portable())
	ws := n.NewWorkspace()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := n.Detect(t.Context(), ws, make([]float32, c.values), c.size); err == nil {
				t.Errorf("no error; %s", c.reason)
			}
		})
	}
}

func BenchmarkDetect(b *testing.B) {
	cases := []struct {
		name string
		size layers.Size
	}{{"512x512", layers.Square(512)}, {"512x384", layers.Size{Height: 384, Width: 512}}}
	n := load(b, layers.Fastest())
	ws := n.NewWorkspace()
	for _, c := range cases {
		in := picture(c.size, discs)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := n.Detect(b.Context(), ws, in, c.size); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
