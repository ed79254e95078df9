package main

import (
	"archive/tar"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pam/internal/local/neural/calibrate/photoset"
)

// takeFrom puts the photos that a package's file holds into the album, and gives the others.
func takeFrom(ctx context.Context, file packageFile, due []photoset.Photo, album album) (missing []photoset.Photo, err error) {
	contents, closeContents, err := open(ctx, file.path)
	if err != nil {
		return due, err
	}
	isDeb := filepath.Ext(file.path) == ".deb"
	missing = due
	for entries := tar.NewReader(contents); len(missing) > 0; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return missing, errors.Join(err, closeContents())
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		here, others := lyingAt(tablePath(header.Name, file.component, isDeb), missing)
		if len(here) == 0 {
			continue
		}
		data, err := io.ReadAll(entries)
		if err != nil {
			return missing, errors.Join(err, closeContents())
		}
		left, err := takeEach(here, data, album)
		if err != nil {
			return missing, errors.Join(err, closeContents())
		}
		missing = append(others, left...)
	}
	return missing, closeContents()
}

// tablePath is how the tables name a file of a tarball: a .deb's from its root, others without the top folder.
func tablePath(name, component string, isDeb bool) string {
	name = strings.TrimPrefix(name, "./")
	if isDeb {
		return name
	}
	_, name, _ = strings.Cut(name, "/")
	if component != "" {
		return component + ":" + name
	}
	return name
}

func lyingAt(path string, due []photoset.Photo) (here, others []photoset.Photo) {
	for _, p := range due {
		if p.Holder() == path {
			here = append(here, p)
		} else {
			others = append(others, p)
		}
	}
	return here, others
}

// takeEach puts a file's photos into the album: the file itself, or those that lie in it. It gives those whose hash
// nothing there has.
func takeEach(here []photoset.Photo, data []byte, album album) (missing []photoset.Photo, err error) {
	for _, p := range here {
		candidates := func(yield func([]byte) bool) { yield(data) }
		if p.Holder() != p.Path {
			candidates = webPs(data)
		}
		kept := false
		for candidate := range candidates {
			if kept, err = album.keep(p, candidate); err != nil {
				return nil, fmt.Errorf("%s: %w", p.Path, err)
			}
			if kept {
				break
			}
		}
		if !kept {
			missing = append(missing, p)
		}
	}
	return missing, nil
}

// webPs gives the WebP files within a resource file, which keeps them as they are: compressed files do not get smaller. A
// WebP file begins with RIFF, the length of what follows, and WEBP (RFC 9649, section 2.4).
func webPs(data []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for {
			start := bytes.Index(data, []byte("RIFF"))
			if start < 0 || len(data)-start < 12 {
				return
			}
			data = data[start:]
			length := 8 + uint64(binary.LittleEndian.Uint32(data[4:]))
			if string(data[8:12]) == "WEBP" && length <= uint64(len(data)) && !yield(data[:length]) {
				return
			}
			data = data[4:]
		}
	}
}

// open gives a package's file as a tar archive. What it gives to close it reports whether the programs that unpack it
// ended well, unless the reader stopped early.
func open(ctx context.Context, path string) (io.Reader, func() error, error) {
	var command *exec.Cmd
	ctx, cancel := context.WithCancel(ctx)
	switch filepath.Ext(path) {
	case ".deb":
		command = exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", path)
	case ".xz", ".lzma":
		command = exec.CommandContext(ctx, "xz", "--decompress", "--stdout", path)
	default:
		cancel()
		return openHere(path)
	}
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		cancel()
		return nil, nil, err
	}
	finish := func() error {
		_, more := output.Read(make([]byte, 1))
		cancel() // ends the program when all photos were found before its end
		if err := command.Wait(); err != nil && errors.Is(more, io.EOF) {
			return fmt.Errorf("%s: %w", command.Path, err)
		}
		return nil
	}
	return output, finish, nil
}

// openHere opens what the standard library can decompress.
func openHere(path string) (io.Reader, func() error, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	switch filepath.Ext(path) {
	case ".gz":
		unzipped, err := gzip.NewReader(file)
		if err != nil {
			return nil, nil, errors.Join(err, file.Close())
		}
		return unzipped, file.Close, nil
	case ".bz2":
		return bzip2.NewReader(file), file.Close, nil
	case ".tar":
		return file, file.Close, nil
	}
	return nil, nil, errors.Join(fmt.Errorf("unknown compression"), file.Close())
}
