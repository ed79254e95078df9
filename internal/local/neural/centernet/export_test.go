package centernet

import "pam/internal/local/neural/layers"

// Logits gives the heat map of the last run, before the sigmoid.
func (ws *Workspace) Logits(size layers.Size) []float32 {
	return ws.image[:size.Strided(stride).Pixels()*Classes]
}
