package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"pam/internal/photos"
)

// checkZip downloads a zip and reads all of it by Go's archive/zip, which checks every CRC-32: it must hold the manifest's
// photos, and nothing but the extra files beside.
func checkZip(ctx context.Context, objects photos.ObjectStore, o photos.Object, scratch string, m manifest, extra ...string) (err error) {
	body, _, err := objects.Get(ctx, o, 0, 0, "")
	if err != nil {
		return err
	}
	defer body.Close()
	file, err := os.CreateTemp(scratch, "check-*.zip")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	size, err := io.Copy(file, body)
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return err
	}
	return checkEntries(archive.File, m, extra)
}

func checkEntries(entries []*zip.File, m manifest, extra []string) error {
	due := make(map[string]manifestedFile, len(m.Photos))
	for _, p := range m.Photos {
		due[p.Name] = p
	}
	for _, name := range extra {
		due[name] = manifestedFile{Name: name, Size: -1}
	}
	for _, e := range entries {
		p, ok := due[e.Name]
		if !ok {
			return fmt.Errorf("%s is twice in the zip, or not one of the photos", e.Name)
		}
		delete(due, e.Name)
		n, err := readEntry(e)
		if err != nil {
			return fmt.Errorf("read %s: %w", e.Name, err)
		}
		if p.Size >= 0 && (n != p.Size || e.CRC32 != p.CRC32) {
			return fmt.Errorf("%s has %d bytes with CRC-32 %08x, not %d with %08x", e.Name, n, e.CRC32, p.Size, p.CRC32)
		}
	}
	for name := range due {
		return fmt.Errorf("%s and %d others are not in the zip", name, len(due)-1)
	}
	return nil
}

func readEntry(e *zip.File) (int64, error) {
	content, err := e.Open()
	if err != nil {
		return 0, err
	}
	defer content.Close()
	return io.Copy(io.Discard, content)
}

// checkSize is all that can be checked of what is no zip.
func checkSize(ctx context.Context, objects photos.ObjectStore, o photos.Object, m manifest) error {
	info, err := objects.Head(ctx, o)
	if err == nil && info.Size != m.bytes() {
		err = fmt.Errorf("the object has %d bytes, not %d", info.Size, m.bytes())
	}
	return err
}
