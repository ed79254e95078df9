package main

import (
	"fmt"
	"image"
	_ "image/jpeg" // what the photos are
	"os"
	"path/filepath"

	"golang.org/x/image/draw"
)

// photoSize is the size of photo that the target of speed speaks of.
func photoSize() image.Point { return image.Pt(1024, 768) }

// choosePhotos gives the first so many photos of a folder, by name, that have photoSize.
func choosePhotos(folder string, count int) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(folder, "*.jpg"))
	if err != nil {
		return nil, err
	}
	var chosen []string
	for _, name := range all {
		config, err := readConfig(name)
		if err != nil {
			return nil, err
		}
		if image.Pt(config.Width, config.Height) == photoSize() {
			chosen = append(chosen, name)
		}
		if len(chosen) == count {
			return chosen, nil
		}
	}
	return nil, fmt.Errorf("only %d photos in %s are of %v pixels", len(chosen), folder, photoSize())
}

func readConfig(name string) (image.Config, error) {
	file, err := os.Open(name)
	if err != nil {
		return image.Config{}, err
	}
	defer file.Close()
	config, _, err := image.DecodeConfig(file)
	if err != nil {
		return image.Config{}, fmt.Errorf("%s: %w", name, err)
	}
	return config, nil
}

func readPhoto(name string) (image.Image, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	photo, _, err := image.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return photo, nil
}

// pictureFor scales a photo to a network's input.
func pictureFor(n network, photo image.Image) []float32 {
	canvas := image.NewRGBA(image.Rect(0, 0, n.side, n.side))
	draw.CatmullRom.Scale(canvas, canvas.Rect, photo, photo.Bounds(), draw.Src, nil)
	picture := make([]float32, 0, n.side*n.side*3)
	for pixel := canvas.Pix; len(pixel) >= 4; pixel = pixel[4:] {
		picture = append(picture, n.colour(pixel[0]), n.colour(pixel[1]), n.colour(pixel[2]))
	}
	return picture
}
