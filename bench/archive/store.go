package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"time"

	"pam/bench/process"
	"pam/internal/local/s3server"
)

// storeReply says where the store is and with which keys.
type storeReply struct {
	Endpoint string `json:"endpoint"`
	Key      string `json:"key"`
	Secret   string `json:"secret"`
}

// environment names the store at another endpoint, such as that of a proxy, to a worker.
func (s storeReply) environment(endpoint string) []string {
	return []string{
		endpointVariable + "=" + endpoint, regionVariable + "=" + s3server.Region,
		keyVariable + "=" + s.Key, secretVariable + "=" + s.Secret,
	}
}

// logger reports trouble alone.
func logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// serveStore is PAM's S3 server; whatever it is asked, it says where it is.
func serveStore(ctx context.Context, folder string, in io.Reader, out io.Writer) (err error) {
	server, err := s3server.Open(ctx, s3server.Config{Folder: folder, Addr: "127.0.0.1:0", Logger: logger()})
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = errors.Join(err, server.Close(ctx))
	}()
	return process.Serve(ctx, in, out, func(ctx context.Context, _ struct{}) (storeReply, error) {
		keys, err := server.Credentials().Retrieve(ctx)
		return storeReply{server.Endpoint(), keys.AccessKeyID, keys.SecretAccessKey}, err
	})
}
