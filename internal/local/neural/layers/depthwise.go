package layers

// Depthwise filters each channel by itself, with TensorFlow's SAME padding, bias and activation.
type Depthwise struct {
	kernel, stride, channels int
	taps                     filter
}

// NewDepthwise takes name.weight, of shape channels, 1, kernel, kernel, and name.bias, of shape channels. kernel is 3
// or 5.
func NewDepthwise(w *Weights, name string, kernel, stride, channels int, act Activation) *Depthwise {
	values, bias := w.Take(name+".weight", channels, 1, kernel, kernel), w.Take(name+".bias", channels)
	return &Depthwise{
		kernel: kernel, stride: stride, channels: channels,
		taps: w.kernels.newFilter(values, bias, kernel, stride, channels, act),
	}
}

// Channels is the number of channels of input and output.
func (d *Depthwise) Channels() int { return d.channels }

// Stride is how many pixels the filter moves on.
func (d *Depthwise) Stride() int { return d.stride }

// Apply reads a picture of size at from src, writes one to dst, which must not overlap, and gives the size of that:
// at.Strided(Stride()).
func (d *Depthwise) Apply(dst, src []float32, at Size) Size {
	after := at.Strided(d.stride)
	work := after.Pixels() * d.kernel * d.kernel * d.channels
	parallel(after.Height, 1, work, depthwiseWork{d, dst, src, at}, depthwiseWork.rows)
	return after
}

type depthwiseWork struct {
	*Depthwise
	dst, src []float32
	at       Size
}

// rows computes the lines from ... to of the output.
func (d depthwiseWork) rows(from, to int) {
	line := d.at.Strided(d.stride).Width * d.channels
	for y := from; y < to; y++ {
		d.taps.line(d.dst[y*line:][:line], d.src, d.at, y)
	}
}
