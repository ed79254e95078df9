package zippertest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
)

// Program reads zips and is not ours.
type Program struct {
	Name string // of the command

	check []string // arguments that have it check a whole zip, the zip's path left out
	print []string // and those that have it write one entry to its output
}

// Programs gives those that people unpack with: Info-ZIP, 7-Zip, libarchive (the Explorer of Windows 11 and many desktops)
// and Python. Go's archive/zip is a library, which tests call themselves.
func Programs() []Program {
	const printByPython = "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))"
	return []Program{
		{"unzip", []string{"-tqq"}, []string{"-p"}},
		{"7z", []string{"t"}, []string{"e", "-so"}},
		{"bsdtar", []string{"-xOf"}, []string{"-xOf"}},
		{"python3", []string{"-m", "zipfile", "-t"}, []string{"-c", printByPython}},
	}
}

// Check has the program read every file of a zip, as it does to test one, and gives what it complained of. It skips the
// test where the program is not installed.
func (p Program) Check(t *testing.T, zip string) error {
	t.Helper()
	var said head // bsdtar writes all files there
	err := p.run(t, &said, append(p.check, zip)...)
	// Python names a bad file on its output and exits with success.
	if err == nil && p.Name == "python3" && bytes.Contains(said, []byte("is corrupted")) {
		return fmt.Errorf("%s: %s", p.Name, said)
	}
	return err
}

// Print gives the bytes of one entry.
func (p Program) Print(t *testing.T, zip, entry string) ([]byte, error) {
	t.Helper()
	var out bytes.Buffer
	err := p.run(t, &out, append(p.print, zip, entry)...)
	return out.Bytes(), err
}

// Unpack has Python unpack a zip into a folder. Other programs change names: bsdtar composes accents.
func Unpack(t *testing.T, zip, folder string) error {
	t.Helper()
	return Program{Name: "python3"}.run(t, io.Discard, "-m", "zipfile", "-e", zip, folder)
}

// head keeps the first bytes that are written to it.
type head []byte

func (h *head) Write(p []byte) (int, error) {
	*h = append(*h, p[:min(len(p), 2000-len(*h))]...)
	return len(p), nil
}

// run runs the program. Any word on standard error is an error: programs warn there about zips that they read all the same.
func (p Program) run(t *testing.T, stdout io.Writer, args ...string) error {
	t.Helper()
	path, err := exec.LookPath(p.Name)
	if err != nil {
		t.Skipf("%s is not installed", p.Name)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	var first, stderr head
	cmd.Stdout, cmd.Stderr = io.MultiWriter(stdout, &first), &stderr
	err = cmd.Run()
	if err == nil && len(stderr) > 0 {
		err = errors.New("it warns")
	}
	if err != nil {
		return fmt.Errorf("%s %q: %w: %s%s", p.Name, args, err, stderr, first)
	}
	return nil
}
