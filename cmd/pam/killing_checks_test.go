package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// offline opens the data folder as the program does, with a clock that is ahead, without running it.
func (r *killingRound) offline(ahead time.Duration, do func(ctx context.Context, l *photos.Library, queue *sqlite.Queue)) {
	s := settings{addr: "127.0.0.1:0", s3Addr: "127.0.0.1:0", data: r.data(), mailFrom: "pam@localhost", archiveWorkers: 1, archiveMemory: photos.DefaultArchiveMemory}
	p, err := openProgram(r.t.Context(), s, slog.New(slog.NewTextHandler(r.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() {
		if err := p.close(); err != nil {
			r.t.Error(err)
		}
	}()
	p.library.Now = func() time.Time { return time.Now().Add(ahead) }
	do(r.t.Context(), p.library, p.queue)
}

// settle lets the program do what is left. The sweeper has patience for minutes; here its clock is put forward instead.
func (r *killingRound) settle() {
	for n := 1; ; n++ {
		var unfinished []string
		r.offline(time.Duration(n)*10*time.Minute, func(ctx context.Context, l *photos.Library, _ *sqlite.Queue) {
			if swept, err := l.Sweep(ctx); err != nil {
				r.t.Errorf("a sweep fails: %v", err)
			} else if swept != (photos.Swept{}) {
				r.t.Logf("swept %+v", swept)
			}
		})
		s := r.start()
		r.drain()
		if n > 1 {
			r.finalArchive(s.url)
			r.drain()
		}
		if err := s.end(r.t, syscall.SIGTERM); err != nil {
			r.t.Errorf("serve ended with %v: %s", err, s.stderr)
		}
		r.offline(time.Hour, func(ctx context.Context, l *photos.Library, _ *sqlite.Queue) { unfinished = r.unfinished(ctx, l) })
		switch {
		case n > 1 && len(unfinished) == 0:
			return
		case n == 6:
			r.t.Fatalf("these do not come to an end: %v", unfinished)
		}
	}
}

// finalArchive requests an archive of everything that is there now.
func (r *killingRound) finalArchive(site string) {
	id, err := r.requestArchive(r.t.Context(), site, photos.LowestConfidence)
	if err != nil || id == "" {
		r.t.Errorf("the last archive: %q, %v", id, err)
	}
	r.archives[id] = true
	r.last = id
}

// drain waits until no message is left.
func (r *killingRound) drain() {
	db, err := sqlite.Open(r.t.Context(), filepath.Join(r.data(), databaseFile))
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		waiting := 0
		for _, topic := range []sqlite.Topic{sqlite.Detector, sqlite.Archiver} {
			next, err := db.Queue().NextVisible(r.t.Context(), topic)
			if err != nil {
				r.t.Fatal(err)
			}
			if !next.IsZero() {
				waiting++
			}
		}
		if waiting == 0 {
			return
		}
		if time.Now().After(deadline) {
			r.t.Fatal("the queues do not become empty")
		}
	}
}

func (r *killingRound) allPhotos(ctx context.Context, l *photos.Library) []photos.Photo {
	list, err := l.Catalog.ListPhotos(ctx, r.owner, photos.PhotoFilter{}, photos.UploadedAsc, "", 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

func (r *killingRound) allArchives(ctx context.Context, l *photos.Library) []photos.Archive {
	list, err := l.Catalog.ListArchives(ctx, r.owner, "", 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

// unfinished gives what is still on its way: PENDING photos whose bytes are there, archives that are not final.
func (r *killingRound) unfinished(ctx context.Context, l *photos.Library) (found []string) {
	for _, p := range r.allPhotos(ctx, l) {
		if p.Status != photos.Pending {
			continue
		}
		_, err := l.Objects.Head(ctx, photos.Object{Bucket: photos.StorageBucket, Key: p.Key()})
		if photos.CodeOf(err) != photos.NotFound {
			found = append(found, fmt.Sprintf("photo %s, %v", p.ID, err))
		}
	}
	for _, a := range r.allArchives(ctx, l) {
		if !a.Status.Final() {
			found = append(found, fmt.Sprintf("archive %s is %s", a.ID, a.Status))
		}
	}
	return found
}

// check checks everything that the program keeps.
func (r *killingRound) check() {
	if stdout, stderr, code := runPam(r.t, r.folder, "check"); code != 0 {
		r.t.Errorf("check: %q, %q, exit code %d", stdout, stderr, code)
	}
	r.offline(time.Hour, func(ctx context.Context, l *photos.Library, queue *sqlite.Queue) {
		if _, err := l.Sweep(ctx); err != nil {
			r.t.Errorf("a sweep fails: %v", err)
		}
		if letters, err := queue.DeadLetters(ctx, 10); err != nil || len(letters) > 0 {
			r.t.Errorf("dead letters: %+v, %v", letters, err)
		}
		labelled := r.checkPhotos(ctx, l)
		known := map[string]bool{}
		for _, a := range r.allArchives(ctx, l) {
			known[a.ID] = true
			r.checkArchive(ctx, l, a, labelled)
		}
		for id := range r.archives {
			if !known[id] {
				r.t.Errorf("archive %s was promised and is not there", id)
			}
		}
		r.checkObjects(ctx, l, labelled)
	})
}

// checkPhotos gives the LABELLED photos; beside them there are only those whose bytes never came.
func (r *killingRound) checkPhotos(ctx context.Context, l *photos.Library) map[string]photos.Photo {
	labelled := map[string]photos.Photo{}
	for _, p := range r.allPhotos(ctx, l) {
		switch {
		case p.Status == photos.Labelled && !r.deleted[p.ID]:
			labelled[p.ID] = p
		case p.Status != photos.Pending || r.put[p.ID]:
			r.t.Errorf("photo %s is %s; put: %v, deleted: %v", p.ID, p.Status, r.put[p.ID], r.deleted[p.ID])
		}
	}
	for id := range r.put {
		if _, ok := labelled[id]; !ok && !r.doomed[id] {
			r.t.Errorf("photo %s was taken and is not there", id)
		}
	}
	return labelled
}

// checkArchive checks that an archive is READY and holds what was uploaded, or that its photos were all deleted.
func (r *killingRound) checkArchive(ctx context.Context, l *photos.Library, a photos.Archive, labelled map[string]photos.Photo) {
	fail := func(format string, args ...any) { r.t.Errorf("archive %s: %s", a.ID, fmt.Sprintf(format, args...)) }
	if a.Status == photos.ArchiveFailed && a.Failure.Code == string(photos.NotFound) && len(r.doomed) > 0 {
		return
	}
	if a.Status != photos.ArchiveReady {
		fail("it is %s: %+v", a.Status, a.Failure)
		return
	}
	body, _, err := l.Objects.Get(ctx, a.Object(), 0, 0, "")
	if err != nil {
		fail("%v", err)
		return
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil || int64(len(data)) != a.Size {
		fail("%d bytes of %d, %v", len(data), a.Size, err)
	}
	files, rows, err := filesOf(data)
	if err != nil {
		fail("%v", err)
		return
	}
	if len(files) != a.PhotoCount-a.SkippedCount || a.PhotosDone != a.PhotoCount {
		fail("%d files, and it says %d of %d photos and %d skipped", len(files), a.PhotosDone, a.PhotoCount, a.SkippedCount)
	}
	for name, content := range files {
		original, _, again := strings.Cut(strings.TrimSuffix(name, ".jpg"), " (")
		if again {
			original += ".jpg"
		} else {
			original = name
		}
		if !bytes.Equal(content, r.files[original]) {
			fail("%s is not what was uploaded", name)
		}
		if !rows[name] {
			fail("labels.csv says nothing of %s", name)
		}
	}
	for _, s := range a.Skipped {
		if !r.doomed[s.PhotoID] {
			fail("%+v, and nobody deleted it", s)
		}
	}
	if a.ID == r.last {
		due := 0
		for _, p := range labelled {
			if slices.ContainsFunc(p.Inspection.Labels, func(label photos.PhotoLabel) bool { return slices.Contains(a.Match.Any, label.Name) }) {
				due++
			}
		}
		if len(files) != due {
			fail("it has %d files of %d", len(files), due)
		}
	}
}

// filesOf reads a zip, and of which files its labels.csv tells.
func filesOf(data []byte) (files map[string][]byte, rows map[string]bool, err error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, err
	}
	files, rows = map[string][]byte{}, map[string]bool{}
	for _, f := range z.File {
		opened, err := f.Open()
		if err != nil {
			return nil, nil, err
		}
		content, err := io.ReadAll(opened)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if _, twice := files[f.Name]; twice {
			return nil, nil, fmt.Errorf("%s is there twice", f.Name)
		}
		files[f.Name] = content
	}
	table, err := csv.NewReader(bytes.NewReader(files["labels.csv"])).ReadAll()
	if err != nil || len(table) == 0 {
		return nil, nil, fmt.Errorf("labels.csv: %w", err)
	}
	delete(files, "labels.csv")
	for _, row := range table[1:] {
		rows[row[0]] = true
	}
	return files, rows, nil
}

// checkObjects checks that the store holds the LABELLED photos, their thumbnails and the READY archives, and nothing else.
func (r *killingRound) checkObjects(ctx context.Context, l *photos.Library, labelled map[string]photos.Photo) {
	want := map[photos.Bucket][]string{}
	for id, p := range labelled {
		want[photos.StorageBucket] = append(want[photos.StorageBucket], p.Key(), photos.ThumbnailKey(p.Owner, id))
	}
	for _, a := range r.allArchives(ctx, l) {
		if a.Status == photos.ArchiveReady {
			want[photos.WorkingBucket] = append(want[photos.WorkingBucket], a.Object().Key)
		}
	}
	for _, bucket := range []photos.Bucket{photos.StorageBucket, photos.WorkingBucket} {
		slices.Sort(want[bucket])
		keys, err := l.Objects.List(ctx, bucket, "", "", 1000)
		if err != nil || !slices.Equal(keys, want[bucket]) {
			r.t.Errorf("%s holds\n%s\nand should hold\n%s\n%v", bucket, strings.Join(keys, "\n"), strings.Join(want[bucket], "\n"), err)
		}
		uploads, err := l.Objects.ListUploads(ctx, bucket, "", 1000)
		if err != nil || len(uploads) > 0 {
			r.t.Errorf("uploads are left: %+v, %v", uploads, err)
		}
	}
}
