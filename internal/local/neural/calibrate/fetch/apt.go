package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pam/internal/local/neural/calibrate/photoset"
)

// archive is Debian's, as the machine's apt configuration names it.
type archive struct {
	folder  string   // downloaded packages, each in a folder of its own
	options []string // that keep apt away from the machine's state
}

// packageFile is a downloaded .deb or tarball.
type packageFile struct {
	path      string
	component string // of a source package that has several tarballs: "contrib" for x_1.0.orig-contrib.tar.gz
}

// openArchive fetches the lists of packages, of source packages too, into a folder of its own.
func openArchive(ctx context.Context, folder string) (*archive, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	state := filepath.Join(folder, "apt")
	parts := filepath.Join(state, "sources")
	for _, f := range []string{parts, filepath.Join(state, "lists", "partial"), filepath.Join(state, "cache", "archives", "partial")} {
		if err := os.MkdirAll(f, 0o755); err != nil {
			return nil, err
		}
	}
	if err := copySources("/etc/apt", parts); err != nil {
		return nil, fmt.Errorf("apt's sources: %w", err)
	}
	a := &archive{folder: folder, options: []string{
		"-q",
		"-o", "Dir::Etc::SourceList=/dev/null",
		"-o", "Dir::Etc::SourceParts=" + parts,
		"-o", "Dir::State::lists=" + filepath.Join(state, "lists"),
		"-o", "Dir::Cache=" + filepath.Join(state, "cache"),
		"-o", "APT::Sandbox::User=root", // who runs this may write here, apt's own user perhaps not
	}}
	// Some source that the photographs do not need may be out of reach. What they do need shows by the package.
	if err := a.get(ctx, folder, "update"); err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return a, nil
}

// download gives a package's files: of the version asked for, or of the archive's present one when that is gone. The
// error tells when there is neither.
func (a *archive) download(ctx context.Context, p photoset.Parcel) ([]packageFile, error) {
	folder := filepath.Join(a.folder, p.Kind, p.Name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	command := []string{"download"}
	if p.Kind == photoset.Source {
		command = []string{"source", "--download-only", "--tar-only"}
	}
	err := a.get(ctx, folder, append(command, p.Name+"="+p.Version)...)
	if err != nil && ctx.Err() == nil {
		if current := a.get(ctx, folder, append(command, p.Name)...); current != nil {
			return nil, fmt.Errorf("neither the version of the table nor another can be had: %w", errors.Join(err, current))
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []packageFile
	for _, entry := range entries {
		if file, ok := recognize(entry.Name()); ok {
			file.path = filepath.Join(folder, entry.Name())
			files = append(files, file)
		}
	}
	return files, nil
}

// recognize tells a .deb or a tarball of upstream's files by its name (dpkg-source(1), source package formats).
func recognize(name string) (packageFile, bool) {
	if strings.HasSuffix(name, ".deb") {
		return packageFile{}, true
	}
	before, compression, isTar := strings.Cut(name, ".tar")
	if !isTar || strings.HasSuffix(compression, ".asc") || strings.HasSuffix(before, ".debian") {
		return packageFile{}, false
	}
	_, component, _ := strings.Cut(before, ".orig-")
	return packageFile{component: component}, true
}

// get runs apt-get in a folder.
func (a *archive) get(ctx context.Context, folder string, arguments ...string) error {
	command := exec.CommandContext(ctx, "apt-get", append(a.options[:len(a.options):len(a.options)], arguments...)...)
	command.Dir = folder
	command.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("apt-get %s: %w: %s", strings.Join(arguments, " "), err, complaints(string(output)))
	}
	return nil
}

// complaints are apt's lines of errors.
func complaints(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, "E: ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines, "; ")
}
