package layers

// channelStep is the number of channels that the kernels of filters_amd64.s compute at once, and pixelGroup the number
// of pixels.
const (
	channelStep = 16
	pixelGroup  = 4
)

// vectorFilter is the filter for AVX2 and FMA, for channelStep channels or more.
type vectorFilter struct {
	kernel, stride, channels int
	weights, bias            []float32 // tap after tap, each with all channels
	activation               vectorActivation
}

func newVectorFilter(values, bias []float32, kernel, stride, channels int, act Activation) filter {
	if channels < channelStep {
		return newTapRows(values, bias, kernel, stride, channels, act)
	}
	taps := kernel * kernel
	weights := make([]float32, len(values))
	for c := range channels {
		for t := range taps {
			weights[t*channels+c] = values[c*taps+t]
		}
	}
	return &vectorFilter{
		kernel: kernel, stride: stride, channels: channels,
		weights: weights, bias: bias, activation: newVectorActivation(act),
	}
}

// filterRun is what a kernel is called with: pixels of one line that lie under the same taps of the filter. Those that
// lie within the picture are rows x taps of them. Lengths are in bytes.
type filterRun struct {
	dst, src, weights, bias *float32 // src and weights of the first tap
	rows, taps              int
	groups                  int // of pixels; the kernel counts it down
	pixel                   int // length of a pixel
	step                    int // from one output's first input to the next one's
	srcLine, weightsLine    int // lengths of a line of the picture and of a row of the filter
	vectorActivation
}

// filter4 computes groups of pixelGroup pixels.
//
//go:noescape
func filter4(run *filterRun)

// filter1 computes a single pixel.
//
//go:noescape
func filter1(run *filterRun)

func (f *vectorFilter) line(dst, src []float32, at Size, y int) {
	pixel := f.channels * bytesPerValue
	run := filterRun{
		bias: &f.bias[0], pixel: pixel, step: f.stride * pixel,
		srcLine: at.Width * pixel, weightsLine: f.kernel * pixel,
		vectorActivation: f.activation,
	}
	top := y*f.stride - padding(at.Height, f.kernel, f.stride)
	firstRow := max(0, -top)
	run.rows = min(f.kernel, at.Height-top) - firstRow
	src = src[(top+firstRow)*at.Width*f.channels:][:run.rows*at.Width*f.channels]
	weights := f.weights[firstRow*f.kernel*f.channels:]

	// Outputs from inner to end lie under the whole width of the filter; the others one by one.
	before, width := padding(at.Width, f.kernel, f.stride), len(dst)/f.channels
	inner := min(width, (before+f.stride-1)/f.stride)
	end := max(inner, min(width, (at.Width-f.kernel+before)/f.stride+1))
	if at.Width < f.kernel || end-inner < pixelGroup {
		end = inner // too few for a group
	}
	place := func(x int) {
		left := x*f.stride - before
		first := max(0, -left)
		run.taps = min(f.kernel, at.Width-left) - first
		run.src, run.weights = &src[(left+first)*f.channels], &weights[first*f.channels]
		run.dst = &dst[x*f.channels]
	}
	for x := range width {
		if x < inner || x >= end {
			place(x)
			filter1(&run)
		}
	}
	if count := end - inner; count > 0 {
		place(inner)
		run.groups = count / pixelGroup
		filter4(&run)
		if count%pixelGroup != 0 { // the last group begins early enough to be full
			place(end - pixelGroup)
			run.groups = 1
			filter4(&run)
		}
	}
	f.activation.rest(dst)
}
