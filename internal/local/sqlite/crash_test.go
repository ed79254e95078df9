package sqlite_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// crashVariable names the database that this test binary fills when it runs as a child, until it is killed.
const crashVariable = "PAM_TEST_FILL_DATABASE"

// TestCrash kills a process that labels photos and sends jobs, again and again, and checks that what it said
// was done is there, that nothing is half done, and that counts are exact.
func TestCrash(t *testing.T) {
	if path := os.Getenv(crashVariable); path != "" {
		fillUntilKilled(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "pam.db")
	var reported []int
	for round := range 4 {
		fresh := killWhileFilling(t, path, time.Duration(60+70*round)*time.Millisecond)
		if len(fresh) == 0 {
			t.Fatal("the child did not get as far as one photo")
		}
		reported = append(reported, fresh...)
		checkAfterCrash(t, path, reported)
	}
}

// fillUntilKilled labels photos, one after the other from the first that is not there, and says so after each.
func fillUntilKilled(t *testing.T, path string) {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := db.Catalog().Stats(ctx, "owner-1")
	if err != nil {
		t.Fatal(err)
	}
	// One that the last process left PENDING stays so.
	for n := stats.Labelled + stats.Pending + 1; ; n++ {
		p := benchPhoto(n)
		in := photos.Inspection{SHA256: "ab", Labels: benchLabels(n)}
		for _, step := range []func() error{
			func() error { return db.Catalog().AddPhotos(ctx, []photos.Photo{p}) },
			func() error {
				return db.Queue().Send(ctx, photos.Job{Kind: photos.JobLabel, Owner: p.Owner, PhotoID: p.ID})
			},
			func() error { return db.Catalog().SaveInspection(ctx, p.Owner, p.ID, in) },
			func() error { return db.Catalog().CommitLabelled(ctx, p.Owner, p.ID) },
		} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Printf("\n%d\n", n)
	}
}

// killWhileFilling runs a child, kills it some time after its first photo, and gives the photos that it reported.
func killWhileFilling(t *testing.T, path string, after time.Duration) []int {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrash$")
	child.Env = append(os.Environ(), crashVariable+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var reported []int
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			continue
		}
		if len(reported) == 0 {
			time.AfterFunc(after, func() { child.Process.Kill() }) // SIGKILL
		}
		reported = append(reported, n)
	}
	if err := child.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	return reported
}

func checkAfterCrash(t *testing.T, path string, reported []int) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatalf("open after a crash: %v", err)
	}
	defer db.Close()
	if err := db.Queue().ReleaseAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	jobs, err := db.Queue().Receive(t.Context(), sqlite.Detector, 1_000_000, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	sent := make(map[string]bool)
	for _, d := range jobs {
		var j photos.Job
		if err := json.Unmarshal(d.Body, &j); err != nil {
			t.Fatal(err)
		}
		sent[j.PhotoID] = true
	}
	c := db.Catalog()
	for _, n := range reported {
		p, err := c.Photo(t.Context(), "owner-1", benchPhoto(n).ID)
		if err != nil || p.Status != photos.Labelled || !sent[p.ID] {
			t.Errorf("photo %d was reported; status %q, job there %t, %v", n, p.Status, sent[p.ID], err)
		}
	}
	kept, err := c.LabelCounts(t.Context(), "owner-1")
	if err != nil {
		t.Fatal(err)
	}
	counted, recount, err := c.RecountLabels(t.Context(), "owner-1")
	if err != nil {
		t.Fatal(err)
	}
	buckets := func(list []photos.LabelCount) string {
		m := make(map[string]photos.Buckets)
		for _, l := range list {
			m[l.Name] = l.Buckets
		}
		return fmt.Sprint(m)
	}
	if buckets(kept) != buckets(counted) {
		t.Errorf("counts %s\nedges %s", buckets(kept), buckets(counted))
	}
	stats, err := c.Stats(t.Context(), "owner-1")
	if recount.Version = stats.Version; err != nil || stats != recount {
		t.Errorf("stats %+v, recount %+v, %v", stats, recount, err)
	}
}
