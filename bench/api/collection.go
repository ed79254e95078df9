package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"pam/internal/photos"
)

// The sizes of the collection that all servers serve.
const (
	labelTotal = 3_000
	photoTotal = 20_000
	// leavesEach is how many labels a photo has that are nobody's parents; theirs come on top.
	leavesEach = 4
)

// owner is whose collection it is: all tokens are that person's.
const owner photos.Owner = "0b1d2c3e-0000-4000-8000-000000000001"

// The vocabulary has three levels: broad labels, those below one of them, and the rest, below one of either.
const (
	broadLabels  = 30
	middleLabels = 270
)

// collection makes the photos and labels that are served, the same at every call.
type collection struct {
	vocabulary []photos.PhotoLabel
	photos     int
}

// newCollection makes one of that many photos, listedPhotos or more; what is measured has photoTotal.
func newCollection(photoCount int) collection {
	words := make([]photos.PhotoLabel, labelTotal)
	for i := range words {
		words[i] = photos.PhotoLabel{Name: labelName(i), Categories: []string{"Category of " + labelName(i%broadLabels)}}
		switch {
		case i < broadLabels:
		case i < broadLabels+middleLabels:
			words[i].Parents = []string{labelName(i % broadLabels)}
		default:
			middle := words[broadLabels+i%middleLabels]
			words[i].Parents = append([]string{middle.Name}, middle.Parents...)
		}
	}
	return collection{words, photoCount}
}

// labelName gives each number of a label another name, as long as names of things are.
func labelName(i int) string {
	const syllables, prime = "ba co du fe gri ho ju kel li mor na ops pra qua ri sto tun ve wim yard", 7919
	all := strings.Fields(syllables)
	n := len(all)
	k := i * prime % (n * n * n) // each once: the prime does not divide it
	first := all[k%n] + all[k/n%n]
	second := all[k/n/n]
	return strings.ToUpper(first[:1]) + first[1:] + " " + strings.ToUpper(second[:1]) + second[1:]
}

// photo gives the nth photo, LABELLED. Few labels are on many photos, and each is on some.
func (c collection) photo(n int) photos.Photo {
	source := rand.New(rand.NewPCG(1, uint64(n)))
	found := map[string]photos.PhotoLabel{}
	byName := map[string]photos.PhotoLabel{}
	for _, word := range c.vocabulary[:broadLabels+middleLabels] {
		byName[word.Name] = word
	}
	leaves := c.vocabulary[broadLabels+middleLabels:]
	for range leavesEach {
		leaf := leaves[int(float64(len(leaves))*math.Pow(source.Float64(), 3))]
		confidence := float64(5_000+source.IntN(5_000)) / 100
		for _, word := range []photos.PhotoLabel{leaf, byName[leaf.Parents[0]], byName[leaf.Parents[1]]} {
			word.Confidence = max(confidence, found[word.Name].Confidence) // a parent is as sure as the surest below it
			found[word.Name] = word
		}
	}
	labels := make([]photos.PhotoLabel, 0, len(found))
	for _, label := range found {
		labels = append(labels, label)
	}
	slices.SortFunc(labels, func(a, b photos.PhotoLabel) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Name, b.Name))
	})
	return photos.Photo{
		Owner: owner, ID: fmt.Sprintf("01HZ%022d", n), FileName: fmt.Sprintf("IMG_%05d.JPG", n), ContentType: "image/jpeg",
		Size: 4_000_000 + int64(n), CRC32: uint32(n), Status: photos.Labelled, UploadedAt: time.UnixMilli(1_750_000_000_000 + 977*int64(n)).UTC(),
		Inspection: &photos.Inspection{
			SHA256: fmt.Sprintf("%064x", n), ETag: `"e"`, Width: 4000, Height: 3000, TakenAt: "2025-06-15T15:06:40", Labels: labels,
		},
	}
}

// counts gives every label with its photos, by name.
func (c collection) counts() []photos.LabelCount {
	byName := make(map[string]*photos.LabelCount)
	for n := range c.photos {
		for _, label := range c.photo(n).Inspection.Labels {
			count := byName[label.Name]
			if count == nil {
				count = &photos.LabelCount{Name: label.Name, Parents: label.Parents, Categories: label.Categories}
				byName[label.Name] = count
			}
			count.Buckets[photos.BucketOf(label.Confidence)]++
		}
	}
	all := make([]photos.LabelCount, 0, len(byName))
	for _, count := range byName {
		all = append(all, *count)
	}
	slices.SortFunc(all, func(a, b photos.LabelCount) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// labelCount is a photos.LabelCount in the file that all servers read.
type labelCount struct {
	Name       string         `json:"name"`
	Parents    []string       `json:"parents"`
	Categories []string       `json:"categories"`
	Buckets    photos.Buckets `json:"buckets"`
}

func writeCounts(file string, counts []photos.LabelCount) error {
	written := make([]labelCount, len(counts))
	for i, count := range counts {
		count.Parents = append([]string{}, count.Parents...) // never null
		written[i] = labelCount(count)
	}
	return writeJSON(file, written)
}

func readCounts(file string) ([]photos.LabelCount, error) {
	var written []labelCount
	if err := readJSON(file, &written); err != nil {
		return nil, err
	}
	counts := make([]photos.LabelCount, len(written))
	for i, count := range written {
		counts[i] = photos.LabelCount(count)
	}
	return counts, nil
}
