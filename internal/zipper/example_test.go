package zipper_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"log"

	"pam/internal/zipper"
)

// A zip of two photos and a labels.csv, from the plan to the last byte. Each step could run on another machine.
func Example() {
	photos := [][]byte{[]byte("first photo"), []byte("second photo")}

	// Plan: names, then parts.
	namer := zipper.NewNamer("labels.csv")
	planner, err := zipper.NewPlanner(2, 23)
	if err != nil {
		log.Fatal(err)
	}
	var entries []zipper.Entry
	for _, photo := range photos {
		e := zipper.Entry{Name: namer.Name("IMG_0001.JPG"), Size: int64(len(photo)), CRC32: crc32.ChecksumIEEE(photo)}
		if closed, err := planner.Add(e); err != nil || len(closed) > 0 {
			log.Fatal("two small photos make one part", err)
		}
		entries = append(entries, e)
	}
	part := planner.Close()[0]

	// Build the part.
	placements, size := zipper.Layout(entries)
	buf := make([]byte, size)
	for i, p := range placements {
		zipper.AppendLocalHeader(buf[p.Header:p.Header], entries[i])
		copy(buf[p.Data:p.End], photos[i])
	}

	// Finish: the part is short, so it goes into the tail, before labels.csv and the directory.
	assembly, err := zipper.Assemble([]zipper.Segment{{Part: part.Number, Size: size}})
	if err != nil {
		log.Fatal(err)
	}
	table := []byte("file,label,confidence,parents\n")
	csv := zipper.Entry{Name: "labels.csv", Size: int64(len(table)), CRC32: crc32.ChecksumIEEE(table)}
	tail := append(zipper.AppendLocalHeader(buf, csv), table...)

	var directory zipper.Directory
	start := int64(len(tail))
	for i, e := range entries {
		tail = directory.Append(tail, e, assembly.Short[0].Offset+placements[i].Header)
	}
	tail = directory.Append(tail, csv, assembly.DataEnd)
	tail = directory.AppendEnd(tail, start)
	parts, err := zipper.CutTail(assembly.TailNumber, int64(len(tail)))
	if err != nil {
		log.Fatal(err)
	}

	r, err := zip.NewReader(bytes.NewReader(tail), int64(len(tail)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("uploaded parts:", len(parts))
	for _, f := range r.File {
		fmt.Println(f.Name, f.UncompressedSize64)
	}
	// Output:
	// uploaded parts: 1
	// IMG_0001.JPG 11
	// IMG_0001 (2).JPG 12
	// labels.csv 30
}
