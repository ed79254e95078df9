package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"pam/internal/s3"
)

// storeReply is how bench/archive/store says where the store is, with which keys, and what its buckets are called.
type storeReply struct {
	Endpoint string `json:"endpoint"`
	Region   string `json:"region"`
	Key      string `json:"key"`
	Secret   string `json:"secret"`
	Storage  string `json:"storage"`
	Working  string `json:"working"`
}

// The names by which a worker is told of the store: those by which the SDKs of all languages know where it is, and its buckets'.
const (
	endpointVariable = "AWS_ENDPOINT_URL_S3"
	regionVariable   = "AWS_REGION"
	keyVariable      = "AWS_ACCESS_KEY_ID"
	secretVariable   = "AWS_SECRET_ACCESS_KEY"
	storageVariable  = "STORAGE_BUCKET"
	workingVariable  = "WORKING_BUCKET"
)

// environment names the store at another endpoint, such as that of a proxy, to a worker.
func (s storeReply) environment(endpoint string) []string {
	return []string{
		endpointVariable + "=" + endpoint, regionVariable + "=" + s.Region, keyVariable + "=" + s.Key, secretVariable + "=" + s.Secret,
		storageVariable + "=" + s.Storage, workingVariable + "=" + s.Working,
	}
}

// storeFromEnvironment is the store that the driver has named.
func storeFromEnvironment() aws.Config {
	return aws.Config{
		Region:       os.Getenv(regionVariable),
		Credentials:  credentials.NewStaticCredentialsProvider(os.Getenv(keyVariable), os.Getenv(secretVariable), ""),
		BaseEndpoint: aws.String(os.Getenv(endpointVariable)),
	}
}

func bucketsFromEnvironment() s3.Buckets {
	return s3.Buckets{Storage: os.Getenv(storageVariable), Working: os.Getenv(workingVariable)}
}

// logger reports trouble alone.
func logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
