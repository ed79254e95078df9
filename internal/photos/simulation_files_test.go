package photos_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"

	"pam/internal/photos"
)

// simulatedFile is a file of a client. It begins with a line that says what it shows, which the simulated labeller reads.
type simulatedFile struct {
	data []byte
	head fileHead
	crc  uint32
	sum  string // SHA-256
}

type fileHead struct {
	Number int
	Broken bool // no picture at all
	Labels []photos.PhotoLabel
}

// makeFiles makes a few files, small ones in most simulations: large ones take time.
func makeFiles(random *rand.Rand) []simulatedFile {
	files := make([]simulatedFile, 3+random.IntN(5))
	large := 0
	if random.IntN(3) == 0 {
		large = 1 + random.IntN(4)
	}
	for i := range files {
		head := fileHead{Number: i, Broken: i > 1 && random.IntN(8) == 0}
		confidence := func() float64 { return 50 + float64(random.IntN(200))/4 }
		for _, name := range []string{"Dog", "Fox", "Tree"} {
			if random.IntN(2) == 0 {
				head.Labels = append(head.Labels, photos.PhotoLabel{Name: name, Confidence: confidence()})
			}
		}
		size := 100 + random.IntN(3000)
		if i < large {
			size = 4*mib + random.IntN(5*mib)
		}
		line, _ := json.Marshal(head) // of strings and numbers alone
		data := append(line, '\n')
		filling := bytes.Repeat([]byte{byte(random.Uint32()), byte(random.Uint32()), byte(i)}, 500)
		for len(data) < size {
			data = append(data, filling[:min(len(filling), size-len(data))]...)
		}
		files[i] = simulatedFile{data, head, crc32.ChecksumIEEE(data), fmt.Sprintf("%x", sha256.Sum256(data))}
	}
	return files
}

func readHead(data []byte) (fileHead, error) {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	var head fileHead
	err := json.Unmarshal(line, &head)
	return head, err
}

// fileOf gives the file with a CRC-32.
func (s *simulation) fileOf(crc uint32) (simulatedFile, bool) {
	i := slices.IndexFunc(s.files, func(f simulatedFile) bool { return f.crc == crc })
	if i < 0 {
		return simulatedFile{}, false
	}
	return s.files[i], true
}

// matches says what the catalog should say.
func (h fileHead) matches(m photos.LabelMatch) bool {
	carries := func(name string) bool {
		return slices.ContainsFunc(h.Labels, func(l photos.PhotoLabel) bool { return l.Name == name && l.Confidence >= float64(m.MinConfidence) })
	}
	for _, name := range m.All {
		if !carries(name) {
			return false
		}
	}
	return (len(m.Any) == 0 || slices.ContainsFunc(m.Any, carries)) && !slices.ContainsFunc(m.None, carries)
}

// headInspector looks at simulated files.
type headInspector struct{}

func (headInspector) Inspect(_ context.Context, data []byte, _ string) (photos.Inspected, error) {
	head, err := readHead(data)
	if err != nil || head.Broken {
		return photos.Inspected{}, &photos.Rejection{Code: photos.NotAnImage, Message: "This is no picture."}
	}
	return photos.Inspected{Width: 96, Height: 80, Thumbnail: fmt.Appendf(nil, "thumbnail of %d", head.Number)}, nil
}

// headLabeler labels them.
type headLabeler struct{}

func (headLabeler) Label(_ context.Context, p photos.Picture) ([]photos.PhotoLabel, error) {
	head, err := readHead(p.Bytes)
	return head.Labels, err
}
