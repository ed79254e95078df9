package layers

// The numbers of outputs that the two kernels of panels_amd64.s compute at once: 24 is as many as the registers hold
// for four rows, 16 what is needed beside it to make up any multiple of eight from 16 on without waste.
const (
	widePanel   = 24
	narrowPanel = 16
)

// panels is the matrix for AVX2 and FMA: cut into panels of outputs, each with its weights side by side, input after
// input. The last panel begins early enough to be full, so that some outputs may be computed twice to the same effect;
// a matrix with fewer outputs than a panel has is filled up with zeros instead.
type panels struct {
	inputs, outputs int
	activation      vectorActivation
	bias            []float32
	panels          []panel
}

type panel struct {
	first, width int       // outputs
	weights      []float32 // inputs x width
}

// newPanels packs weights given as rows, one for each output.
//
//go:norace
func newPanels(rows, bias []float32, inputs, outputs int, act Activation) matrix {
	p := &panels{inputs: inputs, outputs: outputs, activation: newVectorActivation(act)}
	p.bias = make([]float32, max(outputs, narrowPanel))
	copy(p.bias, bias)
	for first := 0; first < outputs; {
		width := widePanel
		if left := outputs - first; left <= narrowPanel || left == 2*narrowPanel || outputs < widePanel {
			width = narrowPanel
		}
		first = max(0, min(first, outputs-width))
		weights := make([]float32, inputs*width)
		for o := range min(width, outputs) {
			for i := range inputs {
				weights[i*width+o] = rows[(first+o)*inputs+i]
			}
		}
		p.panels = append(p.panels, panel{first: first, width: width, weights: weights})
		first += width
	}
	return p
}

// panelRun is what a kernel is called with: some rows of src times one panel. Strides are in bytes.
type panelRun struct {
	dst, src, added      *float32 // of the first row; added is nil when there is none
	weights, bias        *float32
	inputs, rows         int
	srcStride, dstStride int
	vectorActivation
}

//go:noescape
func multiply24(run *panelRun)

//go:noescape
func multiply16(run *panelRun)

func (p *panels) multiply(dst, src, added []float32) {
	if p.outputs < narrowPanel {
		p.multiplyFew(dst, src, added)
		return
	}
	rows := len(dst) / p.outputs
	if rows == 0 {
		return
	}
	src, dst = src[:rows*p.inputs], dst[:rows*p.outputs]
	run := panelRun{
		src: &src[0], rows: rows, inputs: p.inputs,
		srcStride: p.inputs * bytesPerValue, dstStride: p.outputs * bytesPerValue,
		vectorActivation: p.activation,
	}
	for i := range p.panels {
		panel := &p.panels[i]
		run.dst, run.weights, run.bias = &dst[panel.first], &panel.weights[0], &p.bias[panel.first]
		if added != nil {
			run.added = &added[:len(dst)][panel.first]
		}
		if panel.width == widePanel {
			multiply24(&run)
		} else {
			multiply16(&run)
		}
	}
	p.activation.rest(dst)
}

// multiplyFew computes fewer outputs than the narrow panel has, through a buffer that has as many.
func (p *panels) multiplyFew(dst, src, added []float32) {
	const bufferedRows = 32
	var buffer [bufferedRows * narrowPanel]float32
	run := panelRun{
		dst: &buffer[0], weights: &p.panels[0].weights[0], bias: &p.bias[0], inputs: p.inputs,
		srcStride: p.inputs * bytesPerValue, dstStride: narrowPanel * bytesPerValue,
		vectorActivation: p.activation,
	}
	if added != nil {
		run.added = &buffer[0]
	}
	for len(dst) > 0 {
		run.rows = min(bufferedRows, len(dst)/p.outputs)
		run.src = &src[:run.rows*p.inputs][0]
		if added != nil {
			for row := range run.rows {
				copy(buffer[row*narrowPanel:][:p.outputs], added[row*p.outputs:])
			}
			added = added[run.rows*p.outputs:]
		}
		multiply16(&run)
		done := dst[:run.rows*p.outputs]
		for row := range run.rows {
			copy(done[row*p.outputs:][:p.outputs], buffer[row*narrowPanel:])
		}
		p.activation.rest(done)
		dst, src = dst[len(done):], src[run.rows*p.inputs:]
	}
}
