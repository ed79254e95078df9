package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image/png"
	"os"
	"path/filepath"

	"golang.org/x/image/webp"

	"pam/internal/local/neural/calibrate/photoset"
)

// album is the folder of photographs. A photo is named by the first twelve digits of its hash.
type album struct{ folder string }

// path is where a photo lies. PAM reads no WebP: such a photo lies there as the PNG of the same pixels.
func (a album) path(p photoset.Photo) string {
	extension := p.Extension()
	if extension == ".webp" {
		extension = ".png"
	}
	return filepath.Join(a.folder, p.SHA256[:12]+extension)
}

// has is true when the photo is in the album, undamaged as far as its hash can tell: not of one that was WebP.
func (a album) has(p photoset.Photo) bool {
	data, err := os.ReadFile(a.path(p))
	return err == nil && (p.Extension() == ".webp" || hash(data) == p.SHA256)
}

// keep puts a photo into the album when these are its bytes, and tells whether they are.
func (a album) keep(p photoset.Photo, data []byte) (bool, error) {
	if hash(data) != p.SHA256 {
		return false, nil
	}
	if p.Extension() == ".webp" {
		var err error
		if data, err = pngOf(data); err != nil {
			return false, err
		}
	}
	// Renamed when whole: has takes what lies there under its name for the photo.
	part := a.path(p) + ".part"
	if err := os.WriteFile(part, data, 0o644); err != nil {
		return false, err
	}
	return true, os.Rename(part, a.path(p))
}

func pngOf(data []byte) ([]byte, error) {
	picture, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read WebP: %w", err)
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, picture); err != nil {
		return nil, fmt.Errorf("write PNG: %w", err)
	}
	return out.Bytes(), nil
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
