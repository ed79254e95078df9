package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"pam/bench/process"
	"pam/internal/jobs"
	"pam/internal/local/sqlite"
	"pam/internal/local/worker"
	"pam/internal/photos"
)

// servePAM is one archive worker of PAM, as pam serve has them: its time runs from the request for an archive until the owner is told that it is READY.
func servePAM(ctx context.Context, catalogFile string, archiveMemory int, in io.Reader, out io.Writer) (err error) {
	ended := make(readyNotifier, 1)
	library, db, err := openLibrary(ctx, catalogFile, ended, archiveMemory)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	working, stop := context.WithCancel(ctx)
	handler := jobs.Handler{Library: library}
	stopped := make(chan error, 1)
	go func() {
		stopped <- worker.Run(working, worker.Config{
			Queue: db.Queue(), Topic: sqlite.Archiver, Workers: library.ArchiveJobs(), Drain: time.Second,
			Handle: handler.Handle, GiveUp: handler.GiveUp, Logger: library.Logger,
		})
	}()
	defer func() {
		stop()
		err = errors.Join(err, <-stopped)
	}()

	return process.Serve(ctx, in, out, func(ctx context.Context, asked request) (reply, error) {
		m, err := readManifest(asked.Manifest)
		if err != nil {
			return reply{}, err
		}
		var made photos.Archive
		cost, err := measure(asked, func() (err error) {
			made, err = requestArchive(ctx, library, ended, m, asked.Name)
			return err
		})
		return reply{Cost: cost, Key: made.Object().Key}, err
	})
}

// minConfidence is that of a request which names none.
const minConfidence = 55

func requestArchive(ctx context.Context, library *photos.Library, ended <-chan photos.Archive, m manifest, name string) (photos.Archive, error) {
	match := photos.LabelMatch{Any: []string{m.Label}, MinConfidence: minConfidence}
	a, err := library.RequestArchive(ctx, photos.Owner(m.Owner), photos.ArchiveRequest{Match: match, Name: &name})
	if err != nil {
		return a, err
	}
	select {
	case a = <-ended:
	case <-ctx.Done():
		return a, ctx.Err()
	}
	if a.Status != photos.ArchiveReady || a.SkippedCount > 0 {
		return a, fmt.Errorf("the archive is %s with %d photos skipped: %+v", a.Status, a.SkippedCount, a.Failure)
	}
	return a, nil
}
