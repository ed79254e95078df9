// Command fetch gets the photographs that package calibrate measures the labeller on. They are files of Debian packages;
// the repository holds only tables that say which, and what is to be seen in them. `make photos` runs it, on a Debian
// machine or one derived from it, from the root of the repository.
//
// Packages come through the machine's own apt configuration, verified as apt verifies all it installs, but nothing is
// installed and apt's own state stays as it is: root is not needed. A photo is kept only when its SHA-256 is the table's.
//
// What lies in the folder already is not fetched again.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"pam/internal/local/neural/calibrate/photoset"
)

// enough is how many photographs a calibration needs to say anything.
const enough = 80

func main() {
	log.SetFlags(0)
	tables := flag.String("tables", "internal/local/neural/calibrate", "folder with the tables photos*.tsv")
	out := flag.String("out", "build/photos", "folder for the photographs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *tables, *out, log.New(os.Stdout, "", 0))
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, tables, out string, report *log.Logger) error {
	all, err := photoset.ReadTables(tables)
	if err != nil {
		return err
	}
	album := album{folder: out}
	due := make(map[photoset.Parcel][]photoset.Photo)
	had := 0
	for _, p := range all {
		if album.has(p) {
			had++
			continue
		}
		due[p.Parcel] = append(due[p.Parcel], p)
	}
	found := 0
	if len(due) > 0 {
		if found, err = fetch(ctx, due, album, report); err != nil {
			report.Printf("cannot fetch: %v", err)
		}
	}
	report.Printf("%d of %d photographs are in %s: %d were there, %d are new", had+found, len(all), out, had, found)
	if had+found < enough {
		return fmt.Errorf("%d photographs are too few, at least %d are needed", had+found, enough)
	}
	return ctx.Err()
}

// fetch puts the photos into the album, package by package, reports what it lacks and counts what it found.
func fetch(ctx context.Context, due map[photoset.Parcel][]photoset.Photo, album album, report *log.Logger) (found int, err error) {
	for _, program := range []string{"apt-get", "dpkg-deb", "xz"} {
		if _, err := exec.LookPath(program); err != nil {
			return 0, fmt.Errorf("the photographs are in Debian packages, and this machine has no %s: %w", program, err)
		}
	}
	debian, err := openArchive(ctx, filepath.Join(album.folder, "packages"))
	if err != nil {
		return 0, err
	}
	parcels := slices.SortedFunc(maps.Keys(due), func(a, b photoset.Parcel) int { return strings.Compare(a.String(), b.String()) })
	for _, parcel := range parcels {
		missing, err := unpack(ctx, debian, parcel, due[parcel], album)
		here := len(due[parcel]) - len(missing)
		found += here
		report.Printf("%s: %d of %d", parcel, here, len(due[parcel]))
		if err != nil {
			report.Printf("  %v", err)
		}
		for _, p := range missing {
			report.Printf("  missing: %s (%.12s)", p.Path, p.SHA256)
		}
		if ctx.Err() != nil {
			return found, ctx.Err()
		}
	}
	return found, nil
}

// unpack moves a package's photos into the album and gives those that it could not.
func unpack(ctx context.Context, debian *archive, from photoset.Parcel, due []photoset.Photo, album album) (missing []photoset.Photo, err error) {
	files, err := debian.download(ctx, from)
	if err != nil {
		return due, err
	}
	missing = due
	for _, file := range files {
		if missing, err = takeFrom(ctx, file, missing, album); err != nil {
			return missing, fmt.Errorf("%s: %w", filepath.Base(file.path), err)
		}
	}
	return missing, nil
}
