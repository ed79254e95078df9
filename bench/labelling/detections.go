package main

import (
	"fmt"
	"math"

	"pam/internal/local/neural/centernet"
)

// detectionSize is the number of float32 of a detection: class, score, left, top, right, bottom.
const detectionSize = 6

// flatten gives detections as a network's answer.
func flatten(found []centernet.Detection) []float32 {
	all := make([]float32, 0, detectionSize*len(found))
	for _, d := range found {
		all = append(all, float32(d.Class), float32(d.Score), d.Box.Left, d.Box.Top, d.Box.Right, d.Box.Bottom)
	}
	return all
}

const (
	heatSide  = 128 // pixels of CenterNet's heat map
	heatCells = heatSide * heatSide
	heatPixel = centernet.MaxSide / heatSide // the picture's pixels for each of the heat map

	// A detection of one runtime is looked for among the other's within these distances. A box may be off by a pixel of
	// the heat map, because of two neighbours that are equal but for rounding either may be the greater.
	scoreDistance = 0.005
	boxDistance   = heatPixel
)

// compareDetections compares PAM's detections with ONNX Runtime's heat map and sides, in planes: what stands out of the
// map must have been found, and what was found must stand out. Detections so weak that rounding decides whether they are
// given, and those beyond centernet.MaxDetections, need not be in both.
func compareDetections(ours, theirs []float32) error {
	if len(theirs) != (centernet.Classes+4)*heatCells || len(ours)%detectionSize != 0 {
		return fmt.Errorf("PAM gives %d numbers, ONNX Runtime %d", len(ours), len(theirs))
	}
	found := make([][]float32, 0, centernet.MaxDetections)
	floor := centernet.LowestScore
	for ; len(ours) > 0; ours = ours[detectionSize:] {
		found = append(found, ours[:detectionSize])
		if len(found) == centernet.MaxDetections {
			floor = max(floor, float64(ours[1]))
		}
	}
	maxima := localMaxima(theirs[:centernet.Classes*heatCells], theirs[centernet.Classes*heatCells:])
	if err := eachIn(found, maxima, floor+scoreDistance); err != nil {
		return fmt.Errorf("found by PAM, but not by ONNX Runtime: %w", err)
	}
	if err := eachIn(maxima, found, floor+scoreDistance); err != nil {
		return fmt.Errorf("found by ONNX Runtime, but not by PAM: %w", err)
	}
	return nil
}

// eachIn gives an error that names a detection above the floor which is not near any of the others.
func eachIn(found, others [][]float32, floor float64) error {
	for _, d := range found {
		there := false
		for _, o := range others {
			there = there || near(d, o)
		}
		if !there && !(float64(d[1]) <= floor) {
			return fmt.Errorf("class %g, score %.4f, box %v", d[0], d[1], d[2:])
		}
	}
	return nil
}

func near(a, b []float32) bool {
	same := a[0] == b[0] && math.Abs(float64(a[1]-b[1])) <= scoreDistance
	for i := 2; i < detectionSize; i++ {
		same = same && math.Abs(float64(a[i]-b[i])) <= boxDistance
	}
	return same
}

// localMaxima gives the detections of a heat map: what no neighbour of the same class surpasses.
func localMaxima(heat, sides []float32) [][]float32 {
	var all [][]float32
	for i, logit := range heat {
		score := 1 / (1 + math.Exp(-float64(logit)))
		class, cell := i/heatCells, i%heatCells
		if score < centernet.LowestScore || surpassed(heat[class*heatCells:][:heatCells], cell) {
			continue
		}
		x, y := float32(cell%heatSide*heatPixel), float32(cell/heatSide*heatPixel)
		side := func(n int) float32 { return sides[n*heatCells+cell] }
		all = append(all, []float32{
			float32(class), float32(score),
			clip(x - side(0)), clip(y - side(1)), clip(x + side(2)), clip(y + side(3)),
		})
	}
	return all
}

func surpassed(plane []float32, cell int) bool {
	row, column := cell/heatSide, cell%heatSide
	for y := max(0, row-1); y <= min(heatSide-1, row+1); y++ {
		for x := max(0, column-1); x <= min(heatSide-1, column+1); x++ {
			if plane[y*heatSide+x] > plane[cell] {
				return true
			}
		}
	}
	return false
}

func clip(v float32) float32 { return max(0, min(v, centernet.MaxSide)) }
