// Command standins starts programs that stand in for AWS, runs a command that is told by environment variables where they
// are, and stops them:
//
//	go run ./conformance/standins -- go test -count=1 ./internal/aws/...
//
// It installs what it needs, in exactly one version, below build/standins and bin/tools: moto (Python) for DynamoDB, SQS,
// SNS, Cognito, Rekognition and S3, versitygw for S3, cognito-local (Node) for Cognito and its login page. They listen on
// free ports of the loopback interface, keep their data in a temporary folder and know no real account. Package awstest
// names the variables; docs/decisions/0010-stand-ins-for-aws.md says what each stand-in cannot show.
//
// The exit code is the command's.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	command := os.Args[1:]
	if len(command) > 0 && command[0] == "--" {
		command = command[1:]
	}
	if len(command) == 0 {
		fmt.Fprintln(os.Stderr, "use: standins -- COMMAND [ARGUMENT]...")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, command); err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() > 0 {
			os.Exit(exit.ExitCode())
		}
		fmt.Fprintln(os.Stderr, "standins:", err)
		os.Exit(1)
	}
}

// Installing downloads some 60 MB the first time, and compiles.
const (
	installTime = 15 * time.Minute
	startTime   = 90 * time.Second
)

// run starts the stand-ins and the command, and stops them all.
func run(ctx context.Context, command []string) error {
	root, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, "conformance", "standins", "main.go")); err != nil {
		return errors.New("run it in the folder that holds go.mod")
	}
	installing, cancel := context.WithTimeout(ctx, installTime)
	defer cancel()
	programs, err := install(installing, root)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "pam-standins-")
	if err != nil {
		return err
	}
	defer func() {
		if err := os.RemoveAll(folder); err != nil {
			fmt.Fprintln(os.Stderr, "standins: data is left behind:", err)
		}
	}()
	starting, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	all, err := start(starting, programs, folder)
	defer all.stop()
	if err != nil {
		return err
	}
	return execute(ctx, command, all.environment())
}

// execute runs the command. On Ctrl-C the terminal interrupts it, too; one that does not end is killed.
func execute(ctx context.Context, command, environment []string) error {
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = append(os.Environ(), environment...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 10 * time.Second
	return c.Run()
}
