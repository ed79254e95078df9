package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// photoAnswer is a photo as the API gives it.
type photoAnswer struct {
	ID, FileName, Status string
	Width, Height        int
	Size                 int64
	Labels               []struct {
		Name       string
		Confidence float64
		Parents    []string
	}
	Rejection    *struct{ Code string }
	URL          string
	ThumbnailURL string
}

// carries says whether the photo carries a label at a threshold.
func (p photoAnswer) carries(name string, threshold float64) bool {
	for _, label := range p.Labels {
		if label.Name == name && label.Confidence >= threshold {
			return true
		}
	}
	return false
}

// Dan's whole way: he signs in, uploads his photos, waits for the labels, looks, takes archives, deletes, and finds
// everything again after a restart.
func TestEndToEnd(t *testing.T) {
	files := map[string][]byte{}
	must := mustLabels(t)
	paths, err := filepath.Glob(filepath.Join(testPhotos, "*.jpg"))
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d test photos, %v", len(paths), err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = data
	}

	data := t.TempDir()
	p, stop := startProgram(t, data)
	dan := api{t, p.url, signIn(t, p.url, "dan")}
	ids := dan.uploadAll(files)
	dan.waitUntilLabelled(len(files))
	library := dan.allPhotos()
	checkPhotos(t, files, ids, library)
	checkMustLabels(t, must, library)
	dan.compareCounts(library)
	dan.checkArchives(files, library)

	t.Run("a stranger sees nothing", func(t *testing.T) {
		eve := api{t, p.url, signIn(t, p.url, "eve")}
		if n := len(eve.allPhotos()); n != 0 {
			t.Errorf("eve sees %d photos", n)
		}
	})
	t.Run("deleting takes photos out of the counts", func(t *testing.T) {
		dan := api{t, dan.site, dan.token}
		gone := library[0]
		dan.do(`mutation($ids: [ID!]!) { deletePhotos(ids: $ids) { deletedIds notFoundIds } }`, vars("ids", []string{gone.ID}), nil)
		library = dan.allPhotos()
		if slices.ContainsFunc(library, func(p photoAnswer) bool { return p.ID == gone.ID }) {
			t.Error("the photo is still listed")
		}
		dan.compareCounts(library)
	})
	stop()

	t.Run("a restart loses nothing", func(t *testing.T) {
		p, _ := startProgram(t, data)
		dan := api{t, p.url, signIn(t, p.url, "dan")}
		if again := dan.allPhotos(); len(again) != len(library) {
			t.Errorf("%d photos of %d", len(again), len(library))
		}
		dan.compareCounts(library)
		for _, photo := range library[:3] {
			var out struct{ Photo photoAnswer }
			dan.do(`query($id: ID!) { photo(id: $id) { url thumbnailUrl } }`, vars("id", photo.ID), &out)
			if !bytes.Equal(download(t, out.Photo.URL), files[photo.FileName]) {
				t.Errorf("%s has other bytes", photo.FileName)
			}
			if thumbnail := download(t, out.Photo.ThumbnailURL); !bytes.HasPrefix(thumbnail, []byte("\xff\xd8\xff")) {
				t.Errorf("the thumbnail of %s is no JPEG", photo.FileName)
			}
		}
	})
}

// waitUntilLabelled follows the labels while photos are being labelled, until what the stream has told adds up to what
// the photos say.
func (a api) waitUntilLabelled(want int) {
	a.t.Helper()
	began := time.Now()
	told := map[string]int{}
	var tally map[string]int
	a.follow(`subscription { labels(minConfidence: 50) { changed { name count } at } }`, nil, func(data json.RawMessage) bool {
		var event struct {
			Labels struct {
				Changed []struct {
					Name  string
					Count int
				}
			}
		}
		if err := json.Unmarshal(data, &event); err != nil {
			a.t.Fatal(err)
		}
		for _, label := range event.Labels.Changed {
			told[label.Name] = label.Count
		}
		if tally == nil {
			tally = a.tallyWhenDone(want)
		}
		return tally != nil && maps.Equal(told, tally)
	})
	a.t.Logf("%d photos were labelled in %s", want, time.Since(began).Round(time.Millisecond))
}

// tallyWhenDone waits until no photo is pending and counts the photos' labels. The stream alone cannot tell when that is:
// a photo without labels changes no count.
func (a api) tallyWhenDone(want int) map[string]int {
	a.t.Helper()
	for {
		var out struct {
			Me struct{ PhotoCount, PendingCount, RejectedCount int }
		}
		a.do(`{ me { photoCount pendingCount rejectedCount } }`, nil, &out)
		switch {
		case out.Me.RejectedCount > 0:
			a.t.Fatalf("%d photos were rejected", out.Me.RejectedCount)
		case out.Me.PhotoCount == want && out.Me.PendingCount == 0:
			return tallyOf(a.allPhotos(), 50)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-a.t.Context().Done():
			a.t.Fatal(a.t.Context().Err())
		}
	}
}

// tallyOf counts the photos that carry each label at a threshold.
func tallyOf(library []photoAnswer, threshold int) map[string]int {
	tally := map[string]int{}
	for _, p := range library {
		for _, label := range p.Labels {
			if label.Confidence >= float64(threshold) {
				tally[label.Name]++
			}
		}
	}
	return tally
}

// allPhotos pages through all photos.
func (a api) allPhotos() []photoAnswer {
	a.t.Helper()
	var all []photoAnswer
	var after *string
	for {
		var out struct {
			Photos struct {
				Nodes    []photoAnswer
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
				TotalCount int
			}
		}
		a.do(`query($after: String) { photos(first: 10, after: $after) {
			nodes { id fileName status width height size labels { name confidence parents } rejection { code } }
			pageInfo { hasNextPage endCursor } totalCount } }`, vars("after", after), &out)
		all = append(all, out.Photos.Nodes...)
		if !out.Photos.PageInfo.HasNextPage {
			if len(all) != out.Photos.TotalCount {
				a.t.Errorf("%d photos in pages, %d in all", len(all), out.Photos.TotalCount)
			}
			return all
		}
		after = out.Photos.PageInfo.EndCursor
	}
}

func checkPhotos(t *testing.T, files map[string][]byte, ids map[string]string, library []photoAnswer) {
	t.Helper()
	if len(library) != len(files) {
		t.Fatalf("%d photos of %d", len(library), len(files))
	}
	for _, p := range library {
		if p.ID != ids[p.FileName] || p.Status != "LABELLED" || p.Size != int64(len(files[p.FileName])) || p.Width < 80 || p.Height < 80 {
			t.Errorf("%s is %+v", p.FileName, p)
		}
		last := 101.0
		for _, label := range p.Labels {
			if label.Confidence < 50 || label.Confidence > 100 || label.Confidence > last {
				t.Errorf("%s: %s at %v after %v", p.FileName, label.Name, label.Confidence, last)
			}
			last = label.Confidence
			for _, parent := range label.Parents {
				if !p.carries(parent, label.Confidence) {
					t.Errorf("%s carries %s at %v, but not its parent %s", p.FileName, label.Name, label.Confidence, parent)
				}
			}
		}
	}
}

// mustLabels reads which labels each test photo has to have: one of them suffices.
func mustLabels(t *testing.T) map[string][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(testPhotos, "labels.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.Comment, r.FieldsPerRecord = '\t', '#', 3
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	must := map[string][]string{}
	for _, row := range rows[1:] {
		must[row[0]] = strings.Split(row[1], "|")
	}
	return must
}

// leastRecognised is the share of the test photos that must show one of the labels that a person gave them: what
// docs/labelling.md promises of photos that nothing was fitted to.
const leastRecognised = 0.7

func checkMustLabels(t *testing.T, must map[string][]string, library []photoAnswer) {
	t.Helper()
	recognised := 0
	for _, p := range library {
		if slices.ContainsFunc(must[p.FileName], func(name string) bool { return p.carries(name, 55) }) {
			recognised++
			continue
		}
		var shown []string
		for _, label := range p.Labels {
			shown = append(shown, fmt.Sprintf("%s %.0f", label.Name, label.Confidence))
		}
		t.Logf("%s shows none of %v, but %v", p.FileName, must[p.FileName], shown)
	}
	t.Logf("%d of %d photos show a label that they must have", recognised, len(library))
	if float64(recognised) < leastRecognised*float64(len(library)) {
		t.Errorf("only %d of %d photos show a label that they must have", recognised, len(library))
	}
}

// compareCounts compares the API's counts with a tally of the photos' own labels.
func (a api) compareCounts(library []photoAnswer) {
	a.t.Helper()
	for _, threshold := range []int{50, 55, 90} {
		tally := tallyOf(library, threshold)
		var out struct {
			Labels struct {
				Nodes []struct {
					Name   string
					Count  int
					Photos struct{ TotalCount int }
				}
				TotalCount int
			}
		}
		a.do(`query($c: Int) { labels(first: 500, minConfidence: $c) { nodes { name count photos(first: 1) { totalCount } } totalCount } }`, vars("c", threshold), &out)
		if len(out.Labels.Nodes) != len(tally) || out.Labels.TotalCount != len(tally) {
			a.t.Errorf("at %d: %d labels (%d in all), want %d", threshold, len(out.Labels.Nodes), out.Labels.TotalCount, len(tally))
		}
		for i, label := range out.Labels.Nodes {
			if label.Count != tally[label.Name] || label.Photos.TotalCount != label.Count {
				a.t.Errorf("at %d: %s counts %d and lists %d, want %d", threshold, label.Name, label.Count, label.Photos.TotalCount, tally[label.Name])
			}
			if i > 0 && label.Count > out.Labels.Nodes[i-1].Count {
				a.t.Errorf("at %d: %s is out of order", threshold, label.Name)
			}
		}
	}
}

// checkArchives takes archives by any, all and none, and compares every file with what was uploaded.
func (a api) checkArchives(files map[string][]byte, library []photoAnswer) {
	for _, c := range []struct {
		name  string
		match map[string]any
		takes func(photoAnswer) bool
	}{
		{"any", vars("any", []string{"Dog", "Flower", "Mountain"}), func(p photoAnswer) bool {
			return p.carries("Dog", 55) || p.carries("Flower", 55) || p.carries("Mountain", 55)
		}},
		{"all", vars("all", []string{"Animal", "Mammal"}, "minConfidence", 70), func(p photoAnswer) bool {
			return p.carries("Animal", 70) && p.carries("Mammal", 70)
		}},
		{"none", vars("any", []string{"Animal"}, "none", []string{"Dog"}), func(p photoAnswer) bool {
			return p.carries("Animal", 55) && !p.carries("Dog", 55)
		}},
	} {
		a.t.Run("archive by "+c.name, func(t *testing.T) {
			a := api{t, a.site, a.token}
			want := map[string][]byte{}
			var bytesWanted int64
			for _, p := range library {
				if c.takes(p) {
					want[p.FileName] = files[p.FileName]
					bytesWanted += p.Size
				}
			}
			if len(want) == 0 {
				t.Fatal("nothing matches: the test has lost its subject")
			}
			var out struct {
				ArchivePreview struct {
					PhotoCount int
					TotalBytes int64
				}
				RequestArchive struct{ ID, Status string }
			}
			a.do(`query($m: LabelMatch!) { archivePreview(match: $m) { photoCount totalBytes } }`, vars("m", c.match), &out)
			if out.ArchivePreview.PhotoCount != len(want) || out.ArchivePreview.TotalBytes != bytesWanted {
				t.Errorf("preview %+v, want %d photos of %d bytes", out.ArchivePreview, len(want), bytesWanted)
			}
			a.do(`mutation($m: LabelMatch!) { requestArchive(input: {match: $m, name: "Dan's choice"}) { id status } }`, vars("m", c.match), &out)
			content := download(t, a.waitUntilReady(out.RequestArchive.ID))
			checkZip(t, content, want)
			readByOthers(t, content)
		})
	}
}

// waitUntilReady follows an archive to its end and gives its link.
func (a api) waitUntilReady(id string) (link string) {
	a.t.Helper()
	var last struct {
		Archive struct {
			Status, DownloadURL string
			PhotosDone          int
		}
	}
	done := 0
	a.follow(`subscription($id: ID!) { archive(id: $id) { status photosDone downloadUrl } }`, vars("id", id), func(data json.RawMessage) bool {
		if err := json.Unmarshal(data, &last); err != nil {
			a.t.Fatal(err)
		}
		if last.Archive.PhotosDone < done {
			a.t.Errorf("progress went back from %d to %d", done, last.Archive.PhotosDone)
		}
		done = last.Archive.PhotosDone
		return false // the stream ends by itself
	})
	if last.Archive.Status != "READY" || last.Archive.DownloadURL == "" {
		a.t.Fatalf("the archive ended as %+v", last.Archive)
	}
	return last.Archive.DownloadURL
}

func checkZip(t *testing.T, content []byte, want map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != len(want)+1 {
		t.Errorf("%d files, want %d and labels.csv", len(z.File), len(want))
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if f.Name == "labels.csv" {
			if rows, err := csv.NewReader(bytes.NewReader(got)).ReadAll(); err != nil || len(rows) < len(want) {
				t.Errorf("labels.csv has %d rows, %v", len(rows), err)
			}
			continue
		}
		if !bytes.Equal(got, want[f.Name]) {
			t.Errorf("%s has other bytes than were uploaded", f.Name)
		}
	}
}

// readByOthers has readers that we did not write test the archive, where they are installed.
func readByOthers(t *testing.T, content []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "archive.zip")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{
		{"unzip", "-tqq", path}, {"bsdtar", "-xOf", path}, {"python3", "-m", "zipfile", "-t", path}, {"7z", "t", "-bso0", path},
	} {
		program, err := exec.LookPath(command[0])
		if err != nil {
			t.Logf("%s is not installed, so it did not read the archive", command[0])
			continue
		}
		if out, err := exec.CommandContext(t.Context(), program, command[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", command[0], err, bytes.TrimSpace(out[:min(len(out), 2000)]))
		}
	}
}
