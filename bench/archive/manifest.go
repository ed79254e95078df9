package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// manifest lists the photos of a workload as they lie in the store. archiver.mjs reads the same.
type manifest struct {
	Owner   string           `json:"owner"`
	Label   string           `json:"label"`
	Storage string           `json:"storage"` // the bucket of the photos
	Working string           `json:"working"` // the bucket of the archive
	Photos  []manifestedFile `json:"photos"`
}

type manifestedFile struct {
	Key   string `json:"key"`
	Name  string `json:"name"` // in the zip
	Size  int64  `json:"size"`
	CRC32 uint32 `json:"crc32"`
}

func (m manifest) bytes() int64 {
	var sum int64
	for _, p := range m.Photos {
		sum += p.Size
	}
	return sum
}

func readManifest(file string) (manifest, error) {
	var m manifest
	text, err := os.ReadFile(file)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("read %s: %w", file, err)
	}
	return m, nil
}

func (m manifest) write(file string) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
