package photos

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func sheetOfPhotos(photos int) []partPlan {
	return []partPlan{{Number: 1, Photos: make([]plannedPhoto, photos)}}
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
