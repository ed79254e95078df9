package photos_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pam/internal/photos"
)

func TestBeginUpload(t *testing.T) {
	h := newHarness(t)
	data := picture(t, 1, 0)
	good := upload(data, "fox.jpg")
	change := func(f func(*photos.UploadInput)) photos.UploadInput {
		in := good
		f(&in)
		return in
	}
	for _, c := range []struct {
		name, reason string
		in           photos.UploadInput
		field        string
	}{
		{"good", "nothing is wrong with it", good, ""},
		{"longest name", "255 bytes are allowed", change(func(in *photos.UploadInput) { in.FileName = strings.Repeat("é", 127) + "a" }), ""},
		{"largest", "15 MiB are allowed", change(func(in *photos.UploadInput) { in.Size = 15_728_640 }), ""},
		{"SHA-256 in capitals", "hex has two ways to write a digit", change(func(in *photos.UploadInput) { sum := strings.Repeat("AB", 32); in.SHA256 = &sum }), ""},
		{"no name", "a file has a name", change(func(in *photos.UploadInput) { in.FileName = "" }), "input.fileName"},
		{"long name", "no file system takes more than 255 bytes", change(func(in *photos.UploadInput) { in.FileName = strings.Repeat("é", 128) }), "input.fileName"},
		{"line break in name", "it would break headers and lists", change(func(in *photos.UploadInput) { in.FileName = "a\nb.jpg" }), "input.fileName"},
		{"C1 control in name", "control characters are not only ASCII", change(func(in *photos.UploadInput) { in.FileName = "a\u0085b.jpg" }), "input.fileName"},
		{"name not UTF-8", "JSON could not give it back", change(func(in *photos.UploadInput) { in.FileName = "a\xff.jpg" }), "input.fileName"},
		{"type", "only JPEG and PNG can be labelled", change(func(in *photos.UploadInput) { in.ContentType = "image/gif" }), "input.contentType"},
		{"type with parameter", "S3 compares the type as text", change(func(in *photos.UploadInput) { in.ContentType = "image/jpeg; q=1" }), "input.contentType"},
		{"empty", "an empty file is no photo", change(func(in *photos.UploadInput) { in.Size = 0 }), "input.size"},
		{"negative", "a size is not negative", change(func(in *photos.UploadInput) { in.Size = -1 }), "input.size"},
		{"too large", "Rekognition takes no more than 15 MiB from S3", change(func(in *photos.UploadInput) { in.Size = 15_728_641 }), "input.size"},
		{"short CRC", "a CRC-32 has four bytes", change(func(in *photos.UploadInput) { in.CRC32 = "AAA=" }), "input.crc32"},
		{"CRC in hex", "S3 wants base64", change(func(in *photos.UploadInput) { in.CRC32 = "cbf43926" }), "input.crc32"},
		{"CRC with spare bits", "one checksum has one text, which is signed", change(func(in *photos.UploadInput) { in.CRC32 = "AAAAAB==" }), "input.crc32"},
		{"empty SHA-256", "who does not know it leaves it out", change(func(in *photos.UploadInput) { in.SHA256 = new(string) }), "input.sha256"},
		{"short SHA-256", "a SHA-256 has 64 hex digits", change(func(in *photos.UploadInput) { sum := "ab"; in.SHA256 = &sum }), "input.sha256"},
	} {
		t.Run(c.name, func(t *testing.T) {
			begun, err := h.BeginUpload(t.Context(), "dan", c.in)
			var e *photos.Error
			switch {
			case c.field == "" && err != nil:
				t.Errorf("refused, although %s: %v", c.reason, err)
			case c.field == "" && (begun.Photo.Status != photos.Pending || begun.Request.URL == "" || begun.ExpiresAt.Sub(h.clock) > 15*time.Minute):
				t.Errorf("begun as %+v", begun)
			case c.field != "" && (!errors.As(err, &e) || e.Code != photos.BadUserInput || e.Field != c.field):
				t.Errorf("got %v, want bad input at %s: %s", err, c.field, c.reason)
			}
		})
	}
}

func TestBeginUploadsAnswersEachFile(t *testing.T) {
	h := newHarness(t)
	data := picture(t, 1, 0)
	inputs := []photos.UploadInput{upload(data, "a.jpg"), upload(data, ""), upload(data, "c.jpg")}
	out, err := h.BeginUploads(t.Context(), "dan", inputs)
	if err != nil {
		t.Fatal(err)
	}
	if out[0].Upload == nil || out[2].Upload == nil || out[0].Upload.Photo.FileName != "a.jpg" || out[2].Upload.Photo.FileName != "c.jpg" {
		t.Errorf("good files must not suffer from a bad one: %+v", out)
	}
	if out[1].Err == nil || out[1].Err.Field != "inputs[1].fileName" || out[1].Upload != nil {
		t.Errorf("the bad file must fail alone, by name: %+v", out[1])
	}
	for _, n := range []int{0, 101} {
		if _, err := h.BeginUploads(t.Context(), "dan", make([]photos.UploadInput, n)); photos.CodeOf(err) != photos.BadUserInput {
			t.Errorf("%d files: %v", n, err)
		}
	}
	stats, err := h.Catalog.Stats(t.Context(), "dan")
	if err != nil || stats.Pending != 2 {
		t.Errorf("%d photos are pending, want 2 (%v)", stats.Pending, err)
	}
}

func TestLabelPhoto(t *testing.T) {
	h := newHarness(t)
	fox := h.labelled("dan", "fox.jpg", picture(t, 1, 0), label("Fox", 91.5), label("Animal", 97))
	if fox.Inspection.Width != 96 || fox.Inspection.Height != 80 || len(fox.Inspection.Labels) != 2 || len(fox.Inspection.SHA256) != 64 {
		t.Errorf("the photo knows %+v", fox.Inspection)
	}
	if _, err := h.Objects.Head(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: photos.ThumbnailKey("dan", fox.ID)}); err != nil {
		t.Errorf("thumbnail: %v", err)
	}

	t.Run("again changes nothing", func(t *testing.T) {
		asked := h.labeler.asked
		if err := h.LabelPhoto(t.Context(), "dan", fox.ID); err != nil {
			t.Fatal(err)
		}
		if h.labeler.asked != asked {
			t.Error("the labeller was asked, and would be paid, twice")
		}
	})
	t.Run("the same bytes need not come again", func(t *testing.T) {
		in := upload(picture(t, 1, 0), "copy.jpg")
		sum := strings.ToUpper(fox.Inspection.SHA256)
		in.SHA256 = &sum
		begun, err := h.BeginUpload(t.Context(), "dan", in)
		if err != nil || !begun.Duplicate || begun.Photo.ID != fox.ID || begun.Request.URL != "" {
			t.Errorf("got %+v, %v", begun, err)
		}
		begun, err = h.BeginUpload(t.Context(), "eve", in)
		if err != nil || begun.Duplicate {
			t.Errorf("another owner must not learn that the bytes are known: %+v, %v", begun, err)
		}
	})
	t.Run("ten at once count once", func(t *testing.T) {
		p := h.send("dan", "bear.jpg", picture(t, 2, 0))
		h.labeler.say(p.Key(), label("Bear", 80))
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if err := h.LabelPhoto(t.Context(), "dan", p.ID); err != nil {
					t.Errorf("label: %v", err)
				}
			})
		}
		wg.Wait()
		bear, err := h.Label(t.Context(), "dan", "Bear", 55)
		if err != nil || bear.Count != 1 {
			t.Errorf("Bear counts %d, %v", bear.Count, err)
		}
	})
	t.Run("an event before the bytes", func(t *testing.T) {
		begun, err := h.BeginUpload(t.Context(), "dan", upload(picture(t, 3, 0), "late.jpg"))
		if err != nil {
			t.Fatal(err)
		}
		if err := h.LabelPhoto(t.Context(), "dan", begun.Photo.ID); err != nil {
			t.Errorf("it is no failure: %v", err)
		}
		if p, err := h.Photo(t.Context(), "dan", begun.Photo.ID); err != nil || p.Status != photos.Pending {
			t.Errorf("the photo is %s, %v", p.Status, err)
		}
	})
	t.Run("bytes without a photo", func(t *testing.T) {
		key := photos.PhotoKey("dan", "01STRAY")
		if err := h.Objects.Put(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: key}, "image/jpeg", []byte("stray")); err != nil {
			t.Fatal(err)
		}
		if err := h.LabelPhoto(t.Context(), "dan", "01STRAY"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Objects.Head(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: key}); photos.CodeOf(err) != photos.NotFound {
			t.Errorf("the bytes of no photo must not stay: %v", err)
		}
	})
	h.checkCounts()
}

func TestLabelPhotoRejects(t *testing.T) {
	h := newHarness(t)
	whole := picture(t, 1, 0)
	for _, c := range []struct {
		name, reason string
		data         []byte
		code         photos.RejectionCode
	}{
		{"text", "it is no picture at all", []byte("hello, I am no picture, however long I may go on about it"), photos.NotAnImage},
		{"PNG as JPEG", "its type is not what the upload said", []byte("\x89PNG\r\n\x1a\n" + strings.Repeat("x", 100)), photos.TypeMismatch},
		{"cut", "it ends too early", whole[:len(whole)/2], photos.Truncated},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := h.send("dan", c.name+".jpg", c.data)
			for range 2 { // the second time finds it rejected already
				if err := h.LabelPhoto(t.Context(), "dan", p.ID); err != nil {
					t.Fatalf("a file that PAM does not take is no failure: %v", err)
				}
			}
			p, err := h.Photo(t.Context(), "dan", p.ID)
			if err != nil || p.Status != photos.Rejected || p.Rejection == nil || p.Rejection.Code != c.code || p.Rejection.Message == "" {
				t.Errorf("%s: %s %+v, %v", c.reason, p.Status, p.Rejection, err)
			}
			if _, err := h.Objects.Head(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: p.Key()}); photos.CodeOf(err) != photos.NotFound {
				t.Errorf("the object must be deleted: %v", err)
			}
		})
	}
	t.Run("labeller refuses", func(t *testing.T) {
		p := h.send("dan", "odd.jpg", whole)
		h.labeler.refuse = &photos.Rejection{Code: photos.Unsupported, Message: "The picture cannot be labelled."}
		defer func() { h.labeler.refuse = nil }()
		if err := h.LabelPhoto(t.Context(), "dan", p.ID); err != nil {
			t.Fatal(err)
		}
		if p, _ := h.Photo(t.Context(), "dan", p.ID); p.Status != photos.Rejected {
			t.Errorf("the photo is %s", p.Status)
		}
	})
	t.Run("labeller is out", func(t *testing.T) {
		p := h.send("dan", "patience.jpg", whole)
		h.labeler.refuse = errors.New("out of order")
		if err := h.LabelPhoto(t.Context(), "dan", p.ID); err == nil {
			t.Error("it must be tried again")
		}
		if p, _ := h.Photo(t.Context(), "dan", p.ID); p.Status != photos.Pending {
			t.Errorf("the photo is %s", p.Status)
		}
		job := photos.Job{Kind: photos.JobLabel, Owner: "dan", PhotoID: p.ID}
		if err := h.GiveUp(t.Context(), job, errors.New("too often")); err != nil {
			t.Fatal(err)
		}
		p, err := h.Photo(t.Context(), "dan", p.ID)
		if err != nil || p.Status != photos.Rejected || p.Rejection.Code != photos.LabellingFailed {
			t.Errorf("a person must see that it failed: %s %+v, %v", p.Status, p.Rejection, err)
		}
		if _, err := h.Objects.Head(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: p.Key()}); err != nil {
			t.Errorf("nothing is wrong with the bytes, so they stay: %v", err)
		}
	})
	h.checkCounts()
}

func TestDeletePhotos(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	fox := h.labelled("dan", "fox.jpg", picture(t, 1, 0), label("Fox", 90))
	bear := h.labelled("dan", "bear.jpg", picture(t, 2, 0), label("Bear", 90), label("Fox", 60))
	pending := h.send("dan", "pending.jpg", picture(t, 3, 0))

	if out, err := h.DeletePhotos(ctx, "eve", []string{fox.ID}); err != nil || len(out.Deleted) != 0 || len(out.NotFound) != 1 {
		t.Errorf("another owner deleted a photo: %+v, %v", out, err)
	}
	out, err := h.DeletePhotos(ctx, "dan", []string{pending.ID, fox.ID, "nonsense", fox.ID})
	if err != nil || fmt.Sprint(out.Deleted) != fmt.Sprint([]string{pending.ID, fox.ID}) || fmt.Sprint(out.NotFound) != "[nonsense]" {
		t.Errorf("deleted %+v, %v", out, err)
	}
	if fox, err := h.Label(ctx, "dan", "Fox", 55); err != nil || fox.Count != 1 {
		t.Errorf("Fox counts %d, %v", fox.Count, err)
	}
	if err := h.LabelPhoto(ctx, "dan", pending.ID); err != nil {
		t.Errorf("the event of a deleted photo is no failure: %v", err)
	}
	for _, key := range []string{fox.Key(), pending.Key(), photos.ThumbnailKey("dan", fox.ID)} {
		if _, err := h.Objects.Head(ctx, photos.Object{Bucket: photos.StorageBucket, Key: key}); photos.CodeOf(err) != photos.NotFound {
			t.Errorf("%s is still there: %v", key, err)
		}
	}
	if _, err := h.Objects.Head(ctx, photos.Object{Bucket: photos.StorageBucket, Key: bear.Key()}); err != nil {
		t.Errorf("a photo that nobody deleted is gone: %v", err)
	}
	for _, n := range []int{0, 101} {
		if _, err := h.DeletePhotos(ctx, "dan", make([]string, n)); photos.CodeOf(err) != photos.BadUserInput {
			t.Errorf("%d ids: %v", n, err)
		}
	}
	h.checkCounts()
}

// A process may die before or after any step of labelling and of deleting. When the event comes again, everything must
// be as if it had not.
func TestLabellingSurvivesDeathAtEveryStep(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			data := picture(t, 100+at, 0)
			p := h.send("dan", "fox.jpg", data)
			h.labeler.say(p.Key(), label("Fox", 90))
			h.faults.set(at, after)
			err := h.LabelPhoto(ctx, "dan", p.ID)
			died := h.faults.fired()
			h.faults.set(0, false)
			if died == "" {
				if at < 4 {
					t.Fatalf("only %d steps can fail: the test has lost its subject", at-1)
				}
				if _, err := h.DeletePhotos(ctx, "dan", []string{p.ID}); err != nil {
					t.Fatal(err)
				}
				break
			}
			if err == nil {
				t.Errorf("died at %s (after: %v) and nobody noticed", died, after)
			}
			if err := h.LabelPhoto(ctx, "dan", p.ID); err != nil {
				t.Errorf("after death at %s (after: %v): %v", died, after, err)
			}
			got, err := h.Photo(ctx, "dan", p.ID)
			if err != nil || got.Status != photos.Labelled {
				t.Errorf("after death at %s (after: %v) the photo is %s, %v", died, after, got.Status, err)
			}
			h.checkCounts()

			h.faults.set(1+at%3, after)
			_, _ = h.DeletePhotos(ctx, "dan", []string{p.ID})
			died = h.faults.fired()
			h.faults.set(0, false)
			if _, err := h.DeletePhotos(ctx, "dan", []string{p.ID}); err != nil {
				t.Errorf("after death at %s (after: %v): %v", died, after, err)
			}
			h.clock = h.clock.Add(photos.UploadLife + 6*time.Minute)
			if _, err := h.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			keys, err := h.Objects.List(ctx, photos.StorageBucket, "", "", 1000)
			if err != nil || len(keys) != 0 {
				t.Errorf("after death at %s (after: %v) these stay: %v, %v", died, after, keys, err)
			}
			h.checkCounts()
		}
	}
}

func TestSweepFindsLostEvents(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	data := picture(t, 1, 0)
	lost := h.send("dan", "lost.jpg", data)
	never, err := h.BeginUpload(ctx, "dan", upload(data, "never.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := h.Sweep(ctx); err != nil || s != (photos.Swept{}) {
		t.Errorf("a young upload must be left alone: %+v, %v", s, err)
	}
	h.clock = h.clock.Add(3 * time.Minute)
	s, err := h.Sweep(ctx)
	if err != nil || s.PhotosResent != 1 {
		t.Errorf("swept %+v, %v", s, err)
	}
	if err := h.work(); err != nil {
		t.Fatal(err)
	}
	if p, err := h.Photo(ctx, "dan", lost.ID); err != nil || p.Status != photos.Labelled {
		t.Errorf("the photo whose event was lost is %s, %v", p.Status, err)
	}
	h.clock = h.clock.Add(photos.PendingLife)
	if s, err := h.Sweep(ctx); err != nil || s.PhotosExpired != 1 {
		t.Errorf("swept %+v, %v", s, err)
	}
	if _, err := h.Photo(ctx, "dan", never.Photo.ID); photos.CodeOf(err) != photos.NotFound {
		t.Errorf("a photo whose bytes never came must go: %v", err)
	}
	h.checkCounts()
}

func TestPhotoLinks(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	reader := photos.Caller{Owner: "dan", Scopes: []photos.Scope{photos.ScopePhotosRead}}
	data := picture(t, 1, 0)
	pending := h.send("dan", "fox.jpg", data)
	if link, err := h.PhotoLink(ctx, reader, pending, time.Minute); err != nil || link != "" {
		t.Errorf("a pending photo has no link: %q, %v", link, err)
	}
	fox := h.labelled("dan", "fox.jpg", data)
	link, err := h.PhotoLink(ctx, reader, fox, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if got := fetch(t, link); !bytes.Equal(got, data) {
		t.Errorf("the link gives %d bytes of %d", len(got), len(data))
	}
	thumbnail, err := h.ThumbnailLink(ctx, reader, fox)
	if err != nil {
		t.Fatal(err)
	}
	if got := fetch(t, thumbnail); !bytes.HasPrefix(got, []byte("\xff\xd8")) {
		t.Error("the thumbnail is no JPEG")
	}
	for _, life := range []time.Duration{0, 59 * time.Second, time.Hour + time.Second, -time.Minute} {
		if _, err := h.PhotoLink(ctx, reader, fox, life); photos.CodeOf(err) != photos.BadUserInput {
			t.Errorf("a life of %s: %v", life, err)
		}
	}
	writer := photos.Caller{Owner: "dan", Scopes: []photos.Scope{photos.ScopePhotosWrite}}
	if _, err := h.PhotoLink(ctx, writer, fox, time.Minute); photos.CodeOf(err) != photos.Forbidden {
		t.Errorf("who may only write must not read: %v", err)
	}
}

// A store that does not keep to the signed terms lets bytes in that were never announced.
func TestLabelPhotoRejectsOtherBytes(t *testing.T) {
	right := picture(t, 1, 5000)
	other := picture(t, 2, 0)
	other = append(other, make([]byte, len(right)-len(other))...) // decoders ignore what follows the picture
	for _, c := range []struct {
		name, reason string
		data         []byte
	}{
		{"another picture", "it has the size, and is a photo, but not the one", other},
		{"longer", "it begins with the right bytes", append(slices.Clone(right), 0)},
		{"shorter", "what is missing is no part of the picture", right[:len(right)-1]},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			begun, err := h.BeginUpload(t.Context(), "dan", upload(right, "fox.jpg"))
			if err != nil {
				t.Fatal(err)
			}
			object := photos.Object{Bucket: photos.StorageBucket, Key: begun.Photo.Key()}
			if err := h.Objects.Put(t.Context(), object, "image/jpeg", c.data); err != nil {
				t.Fatal(err)
			}
			if err := h.LabelPhoto(t.Context(), "dan", begun.Photo.ID); err != nil {
				t.Fatal(err)
			}
			p, err := h.Photo(t.Context(), "dan", begun.Photo.ID)
			if err != nil || p.Status != photos.Rejected || p.Rejection.Code != photos.Truncated || !strings.Contains(p.Rejection.Message, "announced") {
				t.Errorf("the photo is %s %+v, %v: %s", p.Status, p.Rejection, err, c.reason)
			}
			if h.labeler.asked > 0 {
				t.Error("the labeller was paid for it")
			}
			if _, err := h.Objects.Head(t.Context(), object); photos.CodeOf(err) != photos.NotFound {
				t.Errorf("the bytes must not stay: %v", err)
			}
			h.checkCounts()
		})
	}
}
