package main

import (
	"encoding/base64"
	"image/png"
	"os"
	"testing"

	"pam/internal/local/neural/calibrate/photoset"
)

// aWebP is a picture of one pixel.
const aWebP = "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA="

func TestAlbumKeepsWebPAsPNG(t *testing.T) {
	data, err := base64.StdEncoding.DecodeString(aWebP)
	if err != nil {
		t.Fatal(err)
	}
	shelf := album{folder: t.TempDir()}
	p := photoset.Photo{SHA256: hash(data), Path: "x.rcc!/a.webp"}
	if kept, err := shelf.keep(p, data); err != nil || !kept {
		t.Fatalf("kept %v, error %v", kept, err)
	}
	if !shelf.has(p) {
		t.Error("the photo is not found again, and would be fetched each time")
	}
	file, err := os.Open(shelf.path(p))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if picture.Bounds().Dx() != 1 {
		t.Errorf("the picture is %v", picture.Bounds())
	}
}

func TestAlbumRefuses(t *testing.T) {
	shelf := album{folder: t.TempDir()}
	p := photoset.Photo{SHA256: hash([]byte("a photo")), Path: "a.jpg"}
	if kept, err := shelf.keep(p, []byte("another photo")); err != nil || kept {
		t.Errorf("kept %v, error %v: these are not the bytes of the table", kept, err)
	}
	if kept, err := shelf.keep(p, []byte("a photo")); err != nil || !kept {
		t.Fatalf("kept %v, error %v", kept, err)
	}
	if err := os.WriteFile(shelf.path(p), []byte("a damaged photo"), 0o644); err != nil {
		t.Fatal(err)
	}
	if shelf.has(p) {
		t.Error("a damaged photo would never be fetched again")
	}
}
