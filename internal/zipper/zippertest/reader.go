// Package zippertest reads zips for the tests of package zipper and of what builds on it. It shares no code and no number
// with package zipper, so that a mistake there cannot hide here.
package zippertest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// File is one file of a zip. Offsets count from the start of the zip, in bytes.
type File struct {
	Name   string
	Size   int64
	CRC32  uint32
	Header int64 // where the local header begins
	Data   int64 // where the bytes of the file begin
}

// Zip is what a reader finds without looking at the bytes of the files.
type Zip struct {
	Files           []File // in the order of the central directory, which is that of their offsets
	DirectoryOffset int64
	DirectorySize   int64 // without the records of the end
	Zip64End        bool  // whether the end has the records of Zip64
}

// Read reads a zip as strictly as it can be read. Readers in use forgive much and look at little: they search for the end
// from behind, believe either the local header or the directory, and do not see what lies between files. Read takes
// nothing but a zip that
//
//   - consists of local header and bytes of each file in turn, from the first byte on and without gap or overlap, the central
//     directory, and the end without comment;
//   - has stored files only, with sizes and CRC-32 in the local header, which says in every field what the directory says;
//   - has Zip64 structures (APPNOTE.TXT 4.3.14, 4.3.15, 4.5.3) where a number needs them, and only there;
//   - names regular files of mode 0644, made on Unix;
//   - marks names as UTF-8 (4.4.4, bit 11) where they are not ASCII, and only there, and has no name twice.
func Read(r io.ReaderAt, size int64) (*Zip, error) {
	z, count, err := readEnd(r, size)
	if err != nil {
		return nil, err
	}
	directory := make([]byte, z.DirectorySize)
	if _, err := r.ReadAt(directory, z.DirectoryOffset); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the directory: %w", err)
	}
	z.Files = make([]File, 0, count)
	names := make(map[string]struct{}, count)
	var at int64 // where the next local header must begin
	for len(directory) > 0 {
		h, rest, err := parseEntry(directory)
		if err != nil {
			return nil, fmt.Errorf("entry %d of the directory: %w", len(z.Files), err)
		}
		directory = rest
		if _, ok := names[h.name]; ok {
			return nil, fmt.Errorf("%q is there twice", h.name)
		}
		names[h.name] = struct{}{}
		if h.offset != at {
			return nil, fmt.Errorf("%q begins at %d, what precedes it ends at %d", h.name, h.offset, at)
		}
		data, err := checkLocal(r, h)
		if err != nil {
			return nil, fmt.Errorf("local header of %q at %d: %w", h.name, h.offset, err)
		}
		at = data + h.size
		z.Files = append(z.Files, File{Name: h.name, Size: h.size, CRC32: h.crc32, Header: h.offset, Data: data})
	}
	switch {
	case at != z.DirectoryOffset:
		return nil, fmt.Errorf("the files end at %d, the directory begins at %d", at, z.DirectoryOffset)
	case uint64(len(z.Files)) != count:
		return nil, fmt.Errorf("%d files in the directory, the end says %d", len(z.Files), count)
	}
	return z, nil
}

// readEnd reads the records of the end, all but their sums, which are left to the caller.
func readEnd(r io.ReaderAt, size int64) (z *Zip, count uint64, err error) {
	buf := make([]byte, min(98, size))
	if _, err := r.ReadAt(buf, size-int64(len(buf))); err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, fmt.Errorf("read the end: %w", err)
	}
	if len(buf) < 22 {
		return nil, 0, fmt.Errorf("%d bytes are no zip", size)
	}
	end := fields{buf[len(buf)-22:]}
	if end.u32() != 0x06054b50 || end.u32() != 0 { // and both disks
		return nil, 0, errors.New("no end in the last 22 bytes")
	}
	here, all, length, offset, comment := end.u16(), end.u16(), end.u32(), end.u32(), end.u16()
	if here != all || comment != 0 {
		return nil, 0, fmt.Errorf("the end says %d and %d files, and a comment of %d bytes", here, all, comment)
	}
	z = &Zip{DirectoryOffset: int64(offset), DirectorySize: int64(length)}
	count = uint64(all)
	endLength := int64(22)
	if all == math.MaxUint16 || length == math.MaxUint32 || offset == math.MaxUint32 {
		if len(buf) < 98 {
			return nil, 0, errors.New("no room for the end of Zip64")
		}
		z.Zip64End, endLength = true, 98
		if count, err = z.readZip64End(fields{buf}, size-98); err != nil {
			return nil, 0, err
		}
		if min(count, math.MaxUint16) != uint64(all) || clamp(z.DirectorySize) != length || clamp(z.DirectoryOffset) != offset {
			return nil, 0, errors.New("the two ends differ")
		}
		if count < math.MaxUint16 && z.DirectorySize < math.MaxUint32 && z.DirectoryOffset < math.MaxUint32 {
			return nil, 0, errors.New("an end of Zip64 without need")
		}
	}
	if z.DirectoryOffset < 0 || z.DirectorySize < 0 || z.DirectoryOffset+z.DirectorySize != size-endLength {
		return nil, 0, fmt.Errorf("the directory has %d bytes at %d, the end begins at %d", z.DirectorySize, z.DirectoryOffset, size-endLength)
	}
	return z, count, nil
}

// readZip64End reads the two records of Zip64, which begin at that offset.
func (z *Zip) readZip64End(end fields, begin int64) (count uint64, err error) {
	signature, length, madeBy, version, disks := end.u32(), end.u64(), end.u16(), end.u16(), end.u64()
	here, all, size, offset := end.u64(), end.u64(), end.u64(), end.u64()
	if signature != 0x06064b50 || length != 44 || madeBy != unix63 || version != 45 || disks != 0 || here != all {
		return 0, errors.New("a wrong end of Zip64")
	}
	if end.u32() != 0x07064b50 || end.u32() != 0 || end.u64() != uint64(begin) || end.u32() != 1 {
		return 0, errors.New("a wrong locator of the end of Zip64")
	}
	z.DirectoryOffset, z.DirectorySize = int64(offset), int64(size)
	return all, nil
}

// unix63 says that the attributes are a Unix mode, and that the zip follows version 6.3 of the format (4.4.2).
const unix63 = 3<<8 | 63

// header is what local header and directory say alike, and the offset, which the directory alone says.
type header struct {
	version, flags, clock, date uint16
	crc32                       uint32
	name                        string
	size, offset                int64
}

// parseEntry parses the first entry of a directory.
func parseEntry(directory []byte) (h header, rest []byte, err error) {
	if len(directory) < 46 {
		return h, nil, fmt.Errorf("%d bytes left", len(directory))
	}
	f := fields{directory}
	if f.u32() != 0x02014b50 {
		return h, nil, errors.New("no signature")
	}
	madeBy := f.u16()
	stored, nameLength, extraLength, err := h.parseCommon(&f)
	if err != nil {
		return h, nil, err
	}
	comment, disk, internal, external, offset := f.u16(), f.u16(), f.u16(), f.u32(), f.u32()
	if madeBy != unix63 || comment != 0 || disk != 0 || internal != 0 || external != 0o100644<<16 {
		return h, nil, fmt.Errorf("made by %x, comment of %d bytes, disk %d, attributes %x and %x", madeBy, comment, disk, internal, external)
	}
	if len(f.left) < int(nameLength)+int(extraLength) {
		return h, nil, errors.New("cut off")
	}
	h.name, h.size, h.offset = string(f.take(int(nameLength))), int64(stored), int64(offset)
	extra := f.take(int(extraLength))
	rest = f.left
	var missing []*int64 // in the order in which the Zip64 field holds them
	if stored == math.MaxUint32 {
		missing = append(missing, &h.size, &h.size)
	}
	if offset == math.MaxUint32 {
		missing = append(missing, &h.offset)
	}
	return h, rest, h.parseZip64(extra, missing)
}

// parseCommon parses what stands in both kinds of header from the version on, up to the lengths; stored is the 32 bits of
// both sizes.
func (h *header) parseCommon(f *fields) (stored uint32, nameLength, extraLength uint16, err error) {
	var method uint16
	h.version, h.flags, method = f.u16(), f.u16(), f.u16()
	h.clock, h.date, h.crc32 = f.u16(), f.u16(), f.u32()
	stored = f.u32()
	if plain := f.u32(); method != 0 || plain != stored {
		return 0, 0, 0, fmt.Errorf("method %d, %d bytes of %d", method, stored, plain)
	}
	return stored, f.u16(), f.u16(), nil
}

// parseZip64 parses the extra fields, which hold these numbers and nothing else, and checks what follows from them.
func (h *header) parseZip64(extra []byte, numbers []*int64) error {
	if (h.version == 45) != (len(numbers) > 0) || h.version != 45 && h.version != 10 {
		return fmt.Errorf("version %d with %d numbers of Zip64", h.version, len(numbers))
	}
	utf8 := uint16(0)
	for _, c := range []byte(h.name) {
		if c >= 0x80 {
			utf8 = 1 << 11
		}
	}
	if h.flags != utf8 {
		return fmt.Errorf("flags %x, want %x", h.flags, utf8)
	}
	if len(numbers) == 0 {
		if len(extra) > 0 {
			return fmt.Errorf("%d bytes of extra fields", len(extra))
		}
		return nil
	}
	f := fields{extra}
	if len(extra) != 4+8*len(numbers) || f.u16() != 1 || int(f.u16()) != 8*len(numbers) {
		return fmt.Errorf("a wrong field of Zip64: %x", extra)
	}
	for i, number := range numbers {
		value := f.u64()
		if value < math.MaxUint32 || value > math.MaxInt64 || i > 0 && number == numbers[i-1] && uint64(*number) != value {
			return fmt.Errorf("a field of Zip64 without need, or not as before: %d", value)
		}
		*number = int64(value)
	}
	return nil
}

// checkLocal compares a local header with its entry of the directory, and says where the bytes of the file begin.
func checkLocal(r io.ReaderAt, want header) (data int64, err error) {
	length := 30 + len(want.name)
	if want.size >= math.MaxUint32 {
		length += 20
	}
	buf := make([]byte, length)
	if _, err := r.ReadAt(buf, want.offset); err != nil {
		return 0, err
	}
	f := fields{buf}
	if f.u32() != 0x04034b50 {
		return 0, errors.New("no signature")
	}
	var got header
	stored, nameLength, extraLength, err := got.parseCommon(&f)
	if err != nil {
		return 0, err
	}
	if 30+int(nameLength)+int(extraLength) != length || int(nameLength) != len(want.name) {
		return 0, fmt.Errorf("name of %d and extra fields of %d bytes", nameLength, extraLength)
	}
	got.name, got.size = string(f.take(int(nameLength))), int64(stored)
	var missing []*int64
	if stored == math.MaxUint32 {
		missing = append(missing, &got.size, &got.size)
	}
	if err := got.parseZip64(f.take(int(extraLength)), missing); err != nil {
		return 0, err
	}
	// The version may differ: the directory needs Zip64 for an offset, which the local header does not have.
	got.version, got.offset = want.version, want.offset
	if got != want {
		return 0, fmt.Errorf("it says %+v, the directory %+v", got, want)
	}
	return want.offset + int64(length), nil
}

func clamp(n int64) uint32 { return uint32(min(n, math.MaxUint32)) }

// fields takes numbers from the front of bytes.
type fields struct{ left []byte }

func (f *fields) take(n int) []byte {
	taken := f.left[:n]
	f.left = f.left[n:]
	return taken
}

func (f *fields) u16() uint16 { return binary.LittleEndian.Uint16(f.take(2)) }
func (f *fields) u32() uint32 { return binary.LittleEndian.Uint32(f.take(4)) }
func (f *fields) u64() uint64 { return binary.LittleEndian.Uint64(f.take(8)) }
