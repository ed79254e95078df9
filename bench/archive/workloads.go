package main

import (
	"fmt"
	"math/rand/v2"
)

const (
	kilobyte = 1000
	megabyte = 1000 * kilobyte
)

// workload is a set of photos that belong to one archive.
type workload struct {
	id   string // of its owner, and its label
	name string // in the table
	seed uint64
	size func(*rand.Rand, int) int // of a photo, by its place
	n    int
}

// The ids of the workloads, which targets speak of.
const (
	smallPhotos = "small"
	largePhotos = "large"
	mixedPhotos = "mixed"
)

func workloads() []workload {
	return []workload{
		{
			id: smallPhotos, name: "1,500 x 300 KB", seed: 1, n: 1500,
			size: func(r *rand.Rand, _ int) int { return smallSize(r) },
		},
		{
			id: largePhotos, name: "150 x 5 MB", seed: 2, n: 150,
			size: func(r *rand.Rand, _ int) int {
				return int(min(8*megabyte, max(2*megabyte, 5*megabyte+megabyte*r.NormFloat64())))
			},
		},
		{
			// A camera's photos among those of a telephone's messenger.
			id: mixedPhotos, name: "600 x 300 KB, 40 up to 15 MB", seed: 3, n: 640,
			size: func(r *rand.Rand, place int) int {
				if place%16 == 0 {
					return 2*megabyte + r.IntN(13*megabyte+1)
				}
				return smallSize(r)
			},
		},
	}
}

func smallSize(r *rand.Rand) int { return 150*kilobyte + r.IntN(300*kilobyte+1) }

func findWorkload(id string) (workload, error) {
	for _, w := range workloads() {
		if w.id == id {
			return w, nil
		}
	}
	return workload{}, fmt.Errorf("there is no workload %q", id)
}

// sizes gives the size of each photo, the same at every call.
func (w workload) sizes() []int {
	source := rand.New(rand.NewPCG(w.seed, 0))
	sizes := make([]int, w.n)
	for i := range sizes {
		sizes[i] = w.size(source, i)
	}
	return sizes
}

// content gives the bytes of a photo, the same at every call. They do not compress, like those of a JPEG.
func (w workload) content(place, size int) []byte {
	var seed [32]byte
	copy(seed[:], fmt.Sprintf("%s %d", w.id, place))
	content := make([]byte, size)
	source := rand.NewChaCha8(seed)
	source.Read(content) //nolint:errcheck // it gives none
	return content
}

func fileName(place int) string { return fmt.Sprintf("photo-%04d.jpg", place+1) }
