package main

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pam/internal/aws/settings"
)

// TestSameBytes builds a function twice, from two folders, and compares the zips.
func TestSameBytes(t *testing.T) {
	var zips [2][]byte
	for i := range zips {
		folder := t.TempDir()
		t.Setenv("TMPDIR", t.TempDir())
		if err := run(t.Context(), []string{"-out", folder, "sweeper"}, t.Output()); err != nil {
			t.Fatal(err)
		}
		var err error
		if zips[i], err = os.ReadFile(filepath.Join(folder, "sweeper.zip")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(zips[0], zips[1]) {
		t.Fatal("two builds differ")
	}
	r, err := zip.NewReader(bytes.NewReader(zips[0]), int64(len(zips[0])))
	if err != nil || len(r.File) != 1 || r.File[0].Name != "bootstrap" || r.File[0].Mode() != 0o755 {
		t.Fatalf("%v, %v: want one program that can be executed", r, err)
	}
	file, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	program, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	binary, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	if libraries, err := binary.ImportedLibraries(); binary.Machine != elf.EM_AARCH64 || err != nil || len(libraries) > 0 || binary.Section(".interp") != nil {
		t.Errorf("machine %v, libraries %v, %v: want a static program for arm64", binary.Machine, libraries, err)
	}
}

// TestNoLocalFloor holds that no function links what only the laptop needs.
func TestNoLocalFloor(t *testing.T) {
	for _, f := range settings.Functions() {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-tags", "lambda.norpc", "-deps", "pam/lambda/"+string(f)).Output()
		if err != nil {
			t.Fatal(err)
		}
		deps := strings.Fields(string(out))
		if len(deps) < 50 {
			t.Fatalf("%s has only %d dependencies: %v", f, len(deps), deps)
		}
		for _, dep := range deps {
			for _, floor := range []string{"pam/internal/local", "github.com/versity/", "modernc.org/", "github.com/zitadel/", "github.com/gofiber/", "github.com/spf13/cobra", "testing", "github.com/truora/minidyn"} {
				if dep == floor || strings.HasPrefix(dep, floor+"/") || strings.HasSuffix(floor, "/") && strings.HasPrefix(dep, floor) {
					t.Errorf("%s links %s", f, dep)
				}
			}
			if f != settings.API && strings.HasPrefix(dep, "github.com/99designs/") {
				t.Errorf("%s answers no GraphQL but links %s", f, dep)
			}
		}
	}
}
