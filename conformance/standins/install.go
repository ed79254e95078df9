package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// gatewayVersion is the version of versitygw, which is that of the embedded server in go.mod.
const gatewayVersion = "v1.8.0"

// programs are the files that start stand-ins.
type programs struct {
	moto         string
	gateway      string
	cognitoLocal string // a script for node
}

// install makes sure that the programs are there in their versions.
func install(ctx context.Context, root string) (programs, error) {
	sources := filepath.Join(root, "conformance", "standins")
	target := filepath.Join(root, "build", "standins")
	if err := os.MkdirAll(target, 0o755); err != nil {
		return programs{}, err
	}
	p := programs{
		moto:         filepath.Join(target, "python", "bin", "moto_server"),
		gateway:      filepath.Join(root, "bin", "tools", "versitygw-"+gatewayVersion),
		cognitoLocal: filepath.Join(target, "node", "node_modules", "cognito-local", "lib", "bin", "start.js"),
	}
	err := errors.Join(
		installMoto(ctx, filepath.Join(sources, "requirements.txt"), filepath.Join(target, "python")),
		installGateway(ctx, p.gateway),
		installCognitoLocal(ctx, filepath.Join(sources, "cognito-local"), filepath.Join(target, "node")),
	)
	return p, err
}

// installMoto makes a virtual environment with exactly what the requirements say.
func installMoto(ctx context.Context, requirements, folder string) error {
	return once(folder, []string{requirements}, func() error {
		python, err := exec.LookPath("python3")
		if err != nil {
			return errors.New("moto needs Python: apt-get install python3 python3-venv")
		}
		if out, err := exec.CommandContext(ctx, python, "-c", "import venv, ensurepip").CombinedOutput(); err != nil {
			return fmt.Errorf("moto needs Python's venv: apt-get install python3-venv (%s)", bytes.TrimSpace(out))
		}
		return errors.Join(os.RemoveAll(folder), steps(ctx, "",
			[]string{python, "-m", "venv", folder},
			[]string{filepath.Join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", requirements}))
	})
}

// installGateway compiles versitygw's own program.
func installGateway(ctx context.Context, program string) (err error) {
	if _, err := os.Stat(program); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	folder, err := os.MkdirTemp(filepath.Dir(filepath.Dir(program)), "versitygw-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	fmt.Fprintln(os.Stderr, "standins: compile versitygw", gatewayVersion)
	c := exec.CommandContext(ctx, "go", "install", "github.com/versity/versitygw/cmd/versitygw@"+gatewayVersion)
	c.Env = append(os.Environ(), "GOBIN="+folder)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("compile versitygw: %w\n%s", err, out)
	}
	return errors.Join(os.MkdirAll(filepath.Dir(program), 0o755), os.Rename(filepath.Join(folder, "versitygw"), program))
}

// installCognitoLocal installs what the lock file says, without scripts of packages.
func installCognitoLocal(ctx context.Context, source, folder string) error {
	files := []string{filepath.Join(source, "package.json"), filepath.Join(source, "package-lock.json"), filepath.Join(source, ".npmrc")}
	return once(folder, files, func() error {
		if _, err := exec.LookPath("npm"); err != nil {
			return errors.New("cognito-local needs Node and npm")
		}
		if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o755)); err != nil {
			return err
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), content, 0o644); err != nil {
				return err
			}
		}
		return steps(ctx, folder, []string{"npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"})
	})
}

// once does a piece of work when a folder was not made, to the end, of these very files.
func once(folder string, files []string, work func() error) error {
	hash := sha256.New()
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		hash.Write(content)
	}
	mark, sum := filepath.Join(folder, ".installed"), hex.EncodeToString(hash.Sum(nil))
	if content, err := os.ReadFile(mark); err == nil && string(content) == sum {
		return nil
	}
	fmt.Fprintln(os.Stderr, "standins: install", folder)
	if err := work(); err != nil {
		return err
	}
	return os.WriteFile(mark, []byte(sum), 0o644)
}

// steps runs commands one after the other, and shows what one says only when it fails.
func steps(ctx context.Context, folder string, commands ...[]string) error {
	for _, command := range commands {
		c := exec.CommandContext(ctx, command[0], command[1:]...)
		c.Dir = folder
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", filepath.Base(command[0]), err, out)
		}
	}
	return nil
}
