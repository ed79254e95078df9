package photos

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func sheetOfPhotos(photos int) []partPlan {
	return []partPlan{{Number: 1, Photos: make([]plannedPhoto, photos)}}
}

func TestEntriesButThoseSkipped(t *testing.T) {
	plan := partPlan{Number: 7, Photos: []plannedPhoto{{ID: "1", Name: "a"}, {ID: "2", Name: "b"}, {ID: "3", Name: "c"}}}
	for _, tc := range []struct {
		name, reason string
		skipped      []string
		want         []string // names
		wantErr      string   // part of it
	}{
		{"none", "the part is as it was planned", nil, []string{"a", "b", "c"}, ""},
		{"middle", "what was skipped leaves no gap", []string{"2"}, []string{"a", "c"}, ""},
		{"ends", "several may be skipped", []string{"1", "3"}, []string{"b"}, ""},
		{"all", "a part may be empty", []string{"1", "2", "3"}, nil, ""},
		{"another plan's", "a result that does not fit must not make a zip of other photos", []string{"4"}, nil, "part 7: photo 4"},
		{"out of order", "only the order of the plan makes one pass enough", []string{"3", "1"}, nil, "part 7: photo 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var skipped []SkippedPhoto
			for _, id := range tc.skipped {
				skipped = append(skipped, SkippedPhoto{PhotoID: id})
			}
			entries, err := plan.entriesBut(skipped)
			var names []string
			for _, e := range entries {
				names = append(names, e.Name)
			}
			if !slices.Equal(names, tc.want) || (err != nil) != (tc.wantErr != "") || err != nil && !strings.Contains(err.Error(), tc.wantErr) {
				t.Errorf("%s: got %v, %v; want %v, %q", tc.reason, names, err, tc.want, tc.wantErr)
			}
		})
	}
}

// Of many jobs that need a sheet at once one reads it.
func TestSheetIsReadOnce(t *testing.T) {
	var kept sheets
	var reads atomic.Int64
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			sheet, err := kept.get(t.Context(), "a", func() ([]partPlan, error) {
				reads.Add(1)
				return sheetOfPhotos(3), nil
			})
			if err != nil || len(sheet) != 1 {
				t.Errorf("a sheet of %d parts, %v", len(sheet), err)
			}
		})
	}
	group.Wait()
	if reads.Load() != 1 {
		t.Errorf("it was read %d times", reads.Load())
	}
}

// A job whose reading fails, perhaps because it was cancelled, does not take others along.
func TestSheetThatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kept sheets
		fail := make(chan struct{})
		go func() {
			_, err := kept.get(t.Context(), "a", func() ([]partPlan, error) { <-fail; return nil, errors.New("broken") })
			if err == nil {
				t.Error("a failure was hidden")
			}
		}()
		synctest.Wait()
		impatient, cancel := context.WithCancel(t.Context())
		cancel()
		never := func() ([]partPlan, error) { t.Error("it was read twice"); return nil, nil }
		if _, err := kept.get(impatient, "a", never); !errors.Is(err, context.Canceled) {
			t.Errorf("who gives up waiting is told so: %v", err)
		}
		go func() {
			sheet, err := kept.get(t.Context(), "a", func() ([]partPlan, error) { return sheetOfPhotos(1), nil })
			if err != nil || len(sheet) != 1 {
				t.Errorf("a sheet of %d parts, %v", len(sheet), err)
			}
		}()
		synctest.Wait()
		close(fail)
		synctest.Wait()
		if len(kept.kept) != 0 {
			t.Errorf("%d sheets are kept although the first could not be read", len(kept.kept))
		}
	})
}

func TestSheetsAreBounded(t *testing.T) {
	var kept sheets
	for i := range 10 {
		kept.put(fmt.Sprint(i), sheetOfPhotos(keptPhotos/4))
	}
	kept.put("huge", sheetOfPhotos(keptPhotos+1))
	if len(kept.kept) != 0 {
		t.Errorf("a sheet of more photos than all may have leaves %d kept", len(kept.kept))
	}
	for i := range 10 {
		kept.put(fmt.Sprint(i), sheetOfPhotos(keptPhotos/4))
	}
	if len(kept.kept) != 4 || kept.kept[0].key != "6" {
		t.Errorf("%d sheets are kept, want the latest four", len(kept.kept))
	}
}
