package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"pam/internal/local/s3server"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/s3"
)

// catalogConfig says which catalog a server reads.
type catalogConfig struct {
	File string `json:"file"` // of the database; empty for the catalog in memory
}

// openedCatalog is closed by close.
type openedCatalog struct {
	catalog photos.Catalog
	close   func() error
}

func openCatalog(ctx context.Context, config catalogConfig, c collection, counts []photos.LabelCount) (openedCatalog, error) {
	if config.File == "" {
		return openedCatalog{newMemoryCatalog(c, counts), func() error { return nil }}, nil
	}
	db, err := sqlite.Open(ctx, config.File)
	if err != nil {
		return openedCatalog{}, err
	}
	return openedCatalog{db.Catalog(), db.Close}, nil
}

// storeEndpoint is where signed links lead; nothing follows them.
const storeEndpoint = "http://127.0.0.1:1"

// newLibrary wires what the measured operations need. What they do not need is there and can do nothing.
func newLibrary(catalog photos.Catalog) (*photos.Library, error) {
	objects := s3.New(aws.Config{
		Region: s3server.Region, BaseEndpoint: aws.String(storeEndpoint),
		Credentials: credentials.NewStaticCredentialsProvider("bench", "of the API", ""),
	}, s3.Buckets{Storage: s3server.StorageBucket, Working: s3server.WorkingBucket})
	return photos.NewLibrary(photos.Config{
		Catalog: catalog, Objects: objects, Inspector: struct{ photos.Inspector }{}, Labeler: struct{ photos.Labeler }{},
		Queue: struct{ photos.JobQueue }{}, Notifier: struct{ photos.Notifier }{}, Directory: struct{ photos.Directory }{},
		Now: time.Now, NewID: photos.ULIDs(), Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
}
