package zippertest_test

import (
	"bytes"
	"hash/crc32"
	"math"
	"slices"
	"testing"
	"time"

	"pam/internal/zipper"
	"pam/internal/zipper/zippertest"
)

// sample makes a zip of three files of three, no and five bytes.
func sample(names ...string) []byte {
	contents := []string{"abc", "", "defgh"}
	var zip []byte
	var directory zipper.Directory
	var entries []zipper.Entry
	var offsets []int64
	for i, name := range names {
		e := zipper.Entry{Name: name, Size: int64(len(contents[i])), CRC32: crc32.ChecksumIEEE([]byte(contents[i])),
			Modified: time.Date(2024, 2, 29, 12, 34, 56, 0, time.UTC)}
		entries, offsets = append(entries, e), append(offsets, int64(len(zip)))
		zip = append(zipper.AppendLocalHeader(zip, e), contents[i]...)
	}
	start := int64(len(zip))
	for i, e := range entries {
		zip = directory.Append(zip, e, offsets[i])
	}
	return directory.AppendEnd(zip, start)
}

func TestRead(t *testing.T) {
	t.Parallel()
	zip := sample("a.jpg", "leer", "grün.jpg")
	z, err := zippertest.Read(bytes.NewReader(zip), int64(len(zip)))
	if err != nil {
		t.Fatal(err)
	}
	want := []zippertest.File{
		{Name: "a.jpg", Size: 3, CRC32: crc32.ChecksumIEEE([]byte("abc")), Header: 0, Data: 35},
		{Name: "leer", Size: 0, CRC32: 0, Header: 38, Data: 72},
		{Name: "grün.jpg", Size: 5, CRC32: crc32.ChecksumIEEE([]byte("defgh")), Header: 72, Data: 111},
	}
	if !slices.Equal(z.Files, want) || z.DirectoryOffset != 116 || z.DirectorySize != 3*46+5+4+9 || z.Zip64End {
		t.Errorf("found %+v", z)
	}
}

// Everything but the bytes of the files is checked, so no bit of it can be another one.
func TestReadNoticesEveryBit(t *testing.T) {
	t.Parallel()
	zip := sample("a.jpg", "leer", "grün.jpg")
	for at := range zip {
		if at >= 35 && at < 38 || at >= 111 && at < 116 {
			continue
		}
		for bit := range 8 {
			damaged := bytes.Clone(zip)
			damaged[at] ^= 1 << bit
			if _, err := zippertest.Read(bytes.NewReader(damaged), int64(len(damaged))); err == nil {
				t.Errorf("bit %d of byte %d makes no difference", bit, at)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	zip := sample("a.jpg", "leer", "grün.jpg")
	for _, tc := range []struct {
		name, reason string
		zip          []byte
	}{
		{"nothing", "It has no end.", nil},
		{"cut", "Its end is not at its end.", zip[:len(zip)-1]},
		{"more", "Bytes behind the end belong to no record.", append(bytes.Clone(zip), 0)},
		{"name twice", "One file would overwrite the other.", sample("a.jpg", "b.jpg", "a.jpg")},
		{"gap", "Bytes between a file and the directory belong to nobody.", slices.Insert(bytes.Clone(zip), 116, 0)},
		{"before", "Nor do bytes before the first file.", slices.Insert(bytes.Clone(zip), 0, 'P')},
		{"needless Zip64", "Some old readers do not know it.", needlessZip64()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if _, err := zippertest.Read(bytes.NewReader(tc.zip), int64(len(tc.zip))); err == nil {
				t.Errorf("no error: %s", tc.reason)
			}
		})
	}
}

// needlessZip64 is an empty zip whose end says all in the records of Zip64.
func needlessZip64() []byte {
	zip := zipper.AppendEnd(nil, math.MaxUint16, 0, 0)
	clear(zip[24:40]) // the count, which alone needs them
	return zip
}
