// Command store is the S3 server of bench/archive, PAM's own, in a process and a program of its own: so its time and its memory
// are not those of what is measured, not even that of its code.
//
// It speaks the protocol of package process: whatever it is asked, it says where it is, with which keys, and what its buckets are
// called. It ends with its input.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"pam/bench/process"
	"pam/internal/local/s3server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench archive store:", err)
		os.Exit(1)
	}
}

// reply is read by bench/archive.
type reply struct {
	Endpoint string `json:"endpoint"`
	Region   string `json:"region"`
	Key      string `json:"key"`
	Secret   string `json:"secret"`
	Storage  string `json:"storage"` // bucket of photos
	Working  string `json:"working"` // bucket of archives
}

// run serves a folder's objects until in ends.
func run(ctx context.Context, arguments []string, in io.Reader, out io.Writer) (err error) {
	if len(arguments) != 1 {
		return errors.New("usage: store FOLDER")
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	server, err := s3server.Open(ctx, s3server.Config{Folder: arguments[0], Addr: "127.0.0.1:0", Logger: logger})
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = errors.Join(err, server.Close(ctx))
	}()
	return process.Serve(ctx, in, out, func(ctx context.Context, _ struct{}) (reply, error) {
		keys, err := server.Credentials().Retrieve(ctx)
		return reply{
			server.Endpoint(), s3server.Region, keys.AccessKeyID, keys.SecretAccessKey, s3server.StorageBucket, s3server.WorkingBucket,
		}, err
	})
}
