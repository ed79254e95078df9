package main

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pam/internal/aws/settings"
)

// TestSameBytes builds each function twice, from copies of the sources in two folders, and compares the programs.
func TestSameBytes(t *testing.T) {
	here := sources(t)
	there := filepath.Join(t.TempDir(), "another", "folder")
	if err := os.CopyFS(there, os.DirFS(here)); err != nil {
		t.Fatal(err)
	}
	for _, f := range settings.Functions() {
		t.Run(string(f), func(t *testing.T) {
			var programs [2][]byte
			for i, folder := range []string{here, there} {
				t.Chdir(folder)
				t.Setenv("TMPDIR", t.TempDir())
				var err error
				if programs[i], err = build(t.Context(), string(f), "arm64"); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(programs[0], programs[1]) {
				t.Error("two builds differ")
			}
			checkStatic(t, programs[0])
		})
	}
}

// TestSameZips packs a program twice, and looks that the zip says nothing of when.
func TestSameZips(t *testing.T) {
	program := bytes.Repeat([]byte("program "), 10_000)
	var zips [2][]byte
	for i := range zips {
		var err error
		if zips[i], err = pack(program); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(zips[0], zips[1]) {
		t.Error("two zips of a program differ")
	}
	if got := unpack(t, zips[0]); !bytes.Equal(got, program) {
		t.Errorf("%d bytes come out, want the %d that went in", len(got), len(program))
	}
}

// TestRun holds that a function lies where it is asked for, as Lambda takes it.
func TestRun(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "zips")
	if err := run(t.Context(), []string{"-out", folder, "sweeper"}, t.Output()); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(filepath.Join(folder, "sweeper.zip"))
	if err != nil {
		t.Fatal(err)
	}
	checkStatic(t, unpack(t, packed))
	if err := run(t.Context(), []string{"-out", folder, "nobody"}, t.Output()); err == nil {
		t.Error("a function that there is not was packed")
	}
}

// sources copies what the functions are built of, without the rest of the repository, which may change meanwhile.
func sources(t *testing.T) string {
	t.Helper()
	root := filepath.Join("..", "..")
	files := []string{"go.mod", "go.sum"}
	for _, f := range settings.Functions() {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-tags", "lambda.norpc", "-deps", "-f",
			`{{if and .Module (eq .Module.Path "pam")}}{{range .GoFiles}}{{$.ImportPath}}/{{.}} {{end}}{{range .EmbedFiles}}{{$.ImportPath}}/{{.}} {{end}}{{end}}`,
			"pam/lambda/"+string(f)).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range strings.Fields(string(out)) {
			files = append(files, strings.TrimPrefix(file, "pam/"))
		}
	}
	if len(files) < 100 {
		t.Fatalf("the functions are built of %d files only: %v", len(files), files)
	}
	folder := t.TempDir()
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(folder, file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// unpack gives the one program of a zip.
func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil || len(r.File) != 1 || r.File[0].Name != "bootstrap" || r.File[0].Mode() != 0o755 || r.File[0].Modified.Year() != 1980 {
		t.Fatalf("%v, %v: want one program that can be executed, of no time", r, err)
	}
	file, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	program, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func checkStatic(t *testing.T, program []byte) {
	t.Helper()
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
