package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pam/internal/photos"
)

// signedUpload is an upload that the API has begun.
type signedUpload struct {
	Photo   struct{ ID string }
	URL     string
	Method  string
	Headers []struct{ Name, Value string }
}

func (x person) sign(name, contentType string, data []byte) signedUpload {
	x.t.Helper()
	var out struct{ UploadURL signedUpload }
	x.do(`mutation($in: UploadUrlInput!) { uploadUrl(input: $in) { photo { id } url method headers { name value } } }`,
		vars("in", vars("fileName", name, "contentType", contentType, "size", len(data), "crc32", crcText(data))), &out)
	return out.UploadURL
}

// send sends bytes by a signed upload; edit, where given, changes the request.
func (u signedUpload) send(t *testing.T, data []byte, edit func(*http.Request)) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), u.Method, u.URL, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range u.Headers {
		req.Header.Set(h.Name, h.Value)
	}
	if edit != nil {
		edit(req)
	}
	// A connection of its own: a server that refuses may close it with bytes under way.
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// uploaded is a photo as the tests of uploads look at it.
type uploaded struct {
	Status        string
	Width, Height int
	TakenAt       string
	Rejection     *struct{ Code, Message string }
	Labels        []struct{ Name string }
	URL           *string
	ThumbnailURL  *string
}

func (x person) look(id string) uploaded {
	x.t.Helper()
	var out struct{ Photo uploaded }
	x.do(`query($id: ID!) { photo(id: $id) { status width height takenAt rejection { code message } labels { name } url thumbnailUrl } }`, vars("id", id), &out)
	return out.Photo
}

// settled waits until a photo is no longer PENDING.
func (x person) settled(id string) uploaded {
	x.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		photo := x.look(id)
		if photo.Status != string(photos.Pending) {
			return photo
		}
		if time.Now().After(deadline) {
			x.t.Fatal("the photo stays PENDING")
		}
	}
}

// stores says whether the store has a photo's bytes or its thumbnail.
func (x person) stores(id string) bool {
	x.t.Helper()
	for _, key := range []string{photos.PhotoKey(x.owner, id), photos.ThumbnailKey(x.owner, id)} {
		_, err := x.p.library.Objects.Head(x.t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: key})
		if err == nil {
			return true
		}
		if photos.CodeOf(err) != photos.NotFound {
			x.t.Fatal(err)
		}
	}
	return false
}

// TestUploads sends bytes to the store by links of the real API, and follows the photos to their end.
func TestUploads(t *testing.T) {
	p, _ := startProgram(t, t.TempDir())
	dan := newPerson(t, p, "dan")
	t.Run("a link takes one file", func(t *testing.T) { linkTakesOneFile(t, dan.in(t)) })
	t.Run("refused", func(t *testing.T) { refusedPhotos(t, dan.in(t)) })
	t.Run("late", func(t *testing.T) { lateBytes(t, dan.in(t)) })
	t.Run("taken", func(t *testing.T) { takenPhotos(t, dan.in(t)) })
}

// linkTakesOneFile tries to send anything but the announced file by its link, then the file, then again.
func linkTakesOneFile(t *testing.T, dan person) {
	data := smallJPEG(t, 96, 80, 1)
	up, other := dan.sign("fox.jpg", "image/jpeg", data), dan.sign("other.jpg", "image/jpeg", data)
	wrong := slices.Clone(data)
	wrong[len(wrong)/2] ^= 1
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	path := func(id string) func(*http.Request) {
		return func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, up.Photo.ID, id, 1) }
	}
	query := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			q := r.URL.Query()
			q.Set(name, value)
			r.URL.RawQuery = q.Encode()
		}
	}
	tests := []struct {
		name, reason string
		data         []byte
		edit         func(*http.Request)
	}{
		{"tampered signature", "only the API signs", data, query("X-Amz-Signature", strings.Repeat("0", 64))},
		{"no signature", "the store knows nobody", data, func(r *http.Request) { r.URL.RawQuery = "" }},
		{"longer life", "the life is signed", data, query("X-Amz-Expires", "604800")},
		{"longer", "the length is signed", append(slices.Clone(data), 0), nil},
		{"shorter", "the length is signed", data[:len(data)-1], nil},
		{"nothing", "the length is signed", nil, nil},
		{"wrong bytes", "the checksum is signed, and the store compares", wrong, nil},
		{"wrong bytes with their checksum", "the checksum is signed", wrong, header("X-Amz-Checksum-Crc32", crcText(wrong))},
		{"other type", "the type is signed", data, header("Content-Type", "text/html")},
		{"other photo", "the key is signed", data, path(other.Photo.ID)},
		{"new photo", "the key is signed", data, path(absentID)},
		{"other method", "the method is signed", data, func(r *http.Request) { r.Method = http.MethodPost }},
		{"other folder", "the key is signed", data, func(r *http.Request) {
			r.URL.Path = strings.Replace(r.URL.Path, "/"+photos.PhotoPrefix, "/thumbs/", 1)
		}},
	}
	for _, h := range up.Headers {
		tests = append(tests, struct {
			name, reason string
			data         []byte
			edit         func(*http.Request)
		}{"without " + h.Name, "each header is signed", data, func(r *http.Request) { r.Header.Del(h.Name) }})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if status, body := up.send(t, tt.data, tt.edit); status < 400 || status >= 500 {
				t.Errorf("%d, although %s: %s", status, tt.reason, body)
			}
			for _, id := range []string{up.Photo.ID, other.Photo.ID, absentID} {
				if dan.in(t).stores(id) {
					t.Errorf("the store has bytes of %s now", id)
				}
			}
		})
	}
	if photo := dan.look(up.Photo.ID); photo.Status != string(photos.Pending) || photo.URL != nil {
		t.Errorf("after all of this the photo is %+v", photo)
	}
	if status, body := up.send(t, data, nil); status != http.StatusOK {
		t.Fatalf("the announced file: %d %s", status, body)
	}
	if status, body := up.send(t, data, nil); status != http.StatusPreconditionFailed {
		t.Errorf("the announced file again: %d %s", status, body)
	}
	photo := dan.settled(up.Photo.ID)
	if photo.Status != string(photos.Labelled) || !bytes.Equal(download(t, *photo.URL), data) {
		t.Errorf("the photo is %+v", photo)
	}
	if status, body := up.send(t, data, nil); status != http.StatusPreconditionFailed {
		t.Errorf("the announced file, when it is labelled: %d %s", status, body)
	}
	if status, _ := up.send(t, wrong, nil); status < 400 {
		t.Errorf("wrong bytes replace a photo: %d", status)
	}
	if !bytes.Equal(download(t, *photo.URL), data) {
		t.Error("the photo has other bytes now")
	}
}

// refusedPhotos uploads files that are no photos for PAM.
func refusedPhotos(t *testing.T, dan person) {
	good := smallJPEG(t, 96, 80, 2)
	for _, tt := range []struct {
		name, reason, contentType string
		data                      []byte
		code                      photos.RejectionCode
		says                      string
	}{
		{"text", "a name makes no picture", "image/jpeg", []byte("Dear Sir or Madam,"), photos.NotAnImage, "JPEG"},
		{"half a photo", "the rest is missing", "image/jpeg", good[:len(good)/2], photos.Truncated, "incomplete"},
		{"PNG as JPEG", "browsers would be told the wrong type", "image/jpeg", encodePNG(t, image.NewGray(image.Rect(0, 0, 96, 80))), photos.TypeMismatch, "image/jpeg"},
		{"79 pixels", "Rekognition takes no side under 80", "image/jpeg", smallJPEG(t, 79, 96, 3), photos.TooSmall, "79 x 96"},
		{"50.4 megapixels", "at most 50 are decoded", "image/png", blackPNG(8000, 6300), photos.TooLarge, "50.4 megapixels"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dan := dan.in(t)
			up := dan.sign(tt.name, tt.contentType, tt.data)
			if status, body := up.send(t, tt.data, nil); status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
			photo := dan.settled(up.Photo.ID)
			if photo.Status != string(photos.Rejected) || photo.Rejection == nil {
				t.Fatalf("the photo is %+v, but %s", photo, tt.reason)
			}
			if photo.Rejection.Code != string(tt.code) || !strings.Contains(photo.Rejection.Message, tt.says) {
				t.Errorf("refused as %+v, want %s that says %q", photo.Rejection, tt.code, tt.says)
			}
			if photo.URL != nil || photo.ThumbnailURL != nil || len(photo.Labels) > 0 {
				t.Errorf("a refused photo shows %+v", photo)
			}
			dan.vanishes(up.Photo.ID)
		})
	}
}

// vanishes waits until the store has nothing of a photo.
func (x person) vanishes(id string) {
	x.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); x.stores(id); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			x.t.Fatal("the photo's bytes stay in the store")
		}
	}
}

// lateBytes sends bytes to photos that are over: they do not stay, and nothing is counted.
func lateBytes(t *testing.T, dan person) {
	text := []byte("Dear Sir or Madam,")
	refused, deleted := dan.sign("refused.jpg", "image/jpeg", text), dan.sign("deleted.jpg", "image/jpeg", text)
	if status, body := refused.send(t, text, nil); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	before := dan.settled(refused.Photo.ID)
	dan.vanishes(refused.Photo.ID)
	dan.forget(deleted.Photo.ID)
	summary := dan.data(`{ me { photoCount pendingCount rejectedCount } }`, nil)
	for _, up := range []signedUpload{refused, deleted} {
		if status, body := up.send(t, text, nil); status != http.StatusOK {
			t.Errorf("the link still works, but gives %d %s", status, body)
		}
		dan.vanishes(up.Photo.ID)
	}
	if after := dan.look(refused.Photo.ID); after.Status != before.Status || *after.Rejection != *before.Rejection {
		t.Errorf("the refused photo is %+v now", after)
	}
	if got := dan.data(`{ me { photoCount pendingCount rejectedCount } }`, nil); got != summary {
		t.Errorf("me was %s and is %s", summary, got)
	}
}

// takenPhotos uploads what cameras and scanners make besides plain JPEGs.
func takenPhotos(t *testing.T, dan person) {
	grey := image.NewGray16(image.Rect(0, 0, 120, 90))
	for i := range 120 * 90 {
		grey.SetGray16(i%120, i/120, color.Gray16{Y: uint16(i * 6)})
	}
	for _, tt := range []struct {
		name, reason, contentType string
		data                      []byte
		width, height             int
		takenAt                   string
	}{
		{"turned.jpg", "the camera was held upright", "image/jpeg", withExif(smallJPEG(t, 120, 90, 4), 6, "2024:05:01 13:14:15"), 90, 120, "2024-05-01T13:14:15"},
		{"grey.png", "scanners give 16 bits of grey", "image/png", encodePNG(t, grey), 120, 90, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dan := dan.in(t)
			up := dan.sign(tt.name, tt.contentType, tt.data)
			if status, body := up.send(t, tt.data, nil); status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
			photo := dan.settled(up.Photo.ID)
			if photo.Status != string(photos.Labelled) || photo.Width != tt.width || photo.Height != tt.height || photo.TakenAt != tt.takenAt {
				t.Fatalf("the photo is %+v, but %s", photo, tt.reason)
			}
			if !bytes.Equal(download(t, *photo.URL), tt.data) {
				t.Error("the original has changed")
			}
			thumbnail, format, err := image.Decode(bytes.NewReader(download(t, *photo.ThumbnailURL)))
			if err != nil || format != "jpeg" || thumbnail.Bounds().Dx() != tt.width || thumbnail.Bounds().Dy() != tt.height {
				t.Errorf("the thumbnail is a %s, %v", format, err)
			}
		})
	}
}

func encodePNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// blackPNG makes a PNG of one bit a pixel, all of them black, without holding the picture as Go's encoder would.
func blackPNG(width, height uint32) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
		from := len(out)
		out = append(append(out, kind...), data...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
	}
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	chunk("IHDR", append(header, 1, 0, 0, 0, 0)) // 1 bit, grey, and the usual compression, filter and order
	var rows bytes.Buffer
	w := zlib.NewWriter(&rows)
	_, _ = w.Write(make([]byte, height*(1+(width+7)/8))) // a buffer takes everything
	_ = w.Close()
	chunk("IDAT", rows.Bytes())
	chunk("IEND", nil)
	return out
}

// withExif puts an orientation and a time into a JPEG, as a camera does: CIPA DC-008 (Exif 2.32), 4.6.
func withExif(data []byte, orientation uint16, taken string) []byte {
	order := binary.BigEndian
	entry := func(b []byte, tag, kind uint16, count uint32) []byte {
		return order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), kind), count)
	}
	block := order.AppendUint32([]byte("MM\x00*"), 8) // the first directory follows
	block = order.AppendUint16(block, 2)
	block = order.AppendUint32(entry(block, 0x0112, 3, 1), uint32(orientation)<<16)
	block = order.AppendUint32(entry(block, 0x8769, 4, 1), 8+2+2*12+4) // where the Exif directory lies
	block = order.AppendUint32(block, 0)                               // no further directory
	block = order.AppendUint16(block, 1)
	block = order.AppendUint32(entry(block, 0x9003, 2, uint32(len(taken)+1)), uint32(len(block)+12+4)) // DateTimeOriginal
	block = append(order.AppendUint32(block, 0), taken+"\x00"...)
	payload := append([]byte("Exif\x00\x00"), block...)
	segment := order.AppendUint16([]byte{0xff, 0xe1}, uint16(len(payload)+2))
	return slices.Concat(data[:2], segment, payload, data[2:])
}
