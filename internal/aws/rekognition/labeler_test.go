package rekognition_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

// picture is a photo of the size whose decoded image is another, as that of a large photo is.
func picture(t *testing.T, width, height int, decoded image.Image) photos.Picture {
	t.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	return photos.Picture{
		Object: photos.Object{Bucket: photos.StorageBucket, Key: "photos/dan/01J"}, ContentType: "image/jpeg",
		Bytes: file.Bytes(), Image: decoded,
	}
}

func gray(width, height int) image.Image { return image.NewGray(image.Rect(0, 0, width, height)) }

// noise does not compress.
func noise(width, height int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	source := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = uint8(source.Uint32())
	}
	return img
}

// fox is an answer as Rekognition gives it, with what PAM leaves.
const fox = `{"Name":"Fox","Confidence":98.5,"Aliases":[{"Name":"Vixen"}],"Categories":[{"Name":"Animals and Pets"}],
	"Instances":[{"BoundingBox":{"Width":0.5,"Height":0.5,"Left":0.1,"Top":0.1},"Confidence":98.5}],
	"Parents":[{"Name":"Wildlife"},{"Name":"Animal"}]},
	{"Name":"Animal","Confidence":99.25,"Parents":[],"Categories":[{"Name":"Animals and Pets"}]},
	{"Name":"Wildlife","Confidence":97,"Parents":[{"Name":"Animal"}]}`

func TestLabelerConformance(t *testing.T) {
	s := &service{fromBucket: labels(fox), fromBytes: labels(fox)}
	photostest.Labeler(t, s.labeler(t), map[string]photos.Picture{
		"from the bucket": picture(t, 640, 480, gray(640, 480)),
		"as bytes":        picture(t, 12_000, 100, gray(12_000, 100)),
	})
}

func TestLabels(t *testing.T) {
	many := make([]string, 0, 100)
	for i := range 60 {
		many = append(many, fmt.Sprintf(`{"Name":"Leaf %02d","Confidence":%d,"Parents":[{"Name":"Root %02d"}]}`, i, 60+i%30, i%40), fmt.Sprintf(`{"Name":"Root %02d","Confidence":90}`, i%40))
	}
	for _, c := range []struct {
		name, reason, answer string
		want                 []photos.PhotoLabel
	}{
		{"whole", "parents and categories are kept, aliases and boxes are not; a parent is as sure as its child", fox, []photos.PhotoLabel{
			{Name: "Animal", Confidence: 99.25, Categories: []string{"Animals and Pets"}},
			{Name: "Fox", Confidence: 98.5, Parents: []string{"Wildlife", "Animal"}, Categories: []string{"Animals and Pets"}},
			{Name: "Wildlife", Confidence: 98.5, Parents: []string{"Animal"}},
		}},
		{"none", "a photo may show nothing that has a name", ``, []photos.PhotoLabel{}},
		{"below", "what is not counted is left, also if it was not asked for", `{"Name":"Fox","Confidence":49.9},{"Name":"","Confidence":99},{"Name":"Dog"}`, []photos.PhotoLabel{}},
		{"order", "by confidence and then by name", `{"Name":"B","Confidence":60},{"Name":"A","Confidence":60},{"Name":"C","Confidence":70}`, []photos.PhotoLabel{
			{Name: "C", Confidence: 70}, {Name: "A", Confidence: 60}, {Name: "B", Confidence: 60},
		}},
		{"lost parent", "a parent that the answer lacks is a label all the same", `{"Name":"Fox","Confidence":60,"Parents":[{"Name":"Animal"}]},{"Name":"Dog","Confidence":70,"Parents":[{"Name":"Animal"}]}`, []photos.PhotoLabel{
			{Name: "Animal", Confidence: 70}, {Name: "Dog", Confidence: 70, Parents: []string{"Animal"}}, {Name: "Fox", Confidence: 60, Parents: []string{"Animal"}},
		}},
		{"chain", "confidence reaches the oldest ancestor", `{"Name":"A","Confidence":60},{"Name":"B","Confidence":61,"Parents":[{"Name":"A"}]},{"Name":"C","Confidence":62,"Parents":[{"Name":"B"}]}`, []photos.PhotoLabel{
			{Name: "A", Confidence: 62}, {Name: "B", Confidence: 62, Parents: []string{"A"}}, {Name: "C", Confidence: 62, Parents: []string{"B"}},
		}},
		{"odd", "twice is once, more than 100 is 100, nobody is its own parent", `{"Name":"Fox","Confidence":60,"Parents":[{"Name":"Fox"},{"Name":"Dog"},{"Name":"Dog"},{}]},{"Name":"Fox","Confidence":101},{"Name":"Dog","Confidence":100}`, []photos.PhotoLabel{
			{Name: "Dog", Confidence: 100}, {Name: "Fox", Confidence: 100, Parents: []string{"Dog"}},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{fromBucket: labels(c.answer)}
			got, err := s.labeler(t).Label(t.Context(), picture(t, 640, 480, gray(640, 480)))
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, %v\nwant %+v: %s", got, err, c.want, c.reason)
			}
		})
	}
	t.Run("too many", func(t *testing.T) {
		s := &service{fromBucket: labels(strings.Join(many, ","))}
		got, err := s.labeler(t).Label(t.Context(), picture(t, 640, 480, gray(640, 480)))
		if err != nil || len(got) != photos.MaxLabelsPerPhoto {
			t.Fatalf("%d labels, %v", len(got), err)
		}
		leaves := 0
		for _, l := range got {
			if len(l.Parents) > 0 {
				leaves++
				if l.Confidence < 87 { // of 89, 89, 88, 88, 87, 87, 86 ...
					t.Errorf("leaf %+v was kept before surer ones", l)
				}
			}
		}
		if leaves != photos.MaxLabelsPerPhoto-40 {
			t.Errorf("%d leaves: leaves go before the 40 parents", leaves)
		}
	})
}

// What is asked of the service, and in which form the photo reaches it.
func TestRequests(t *testing.T) {
	for _, c := range []struct {
		name, reason  string
		picture       photos.Picture
		bytes         bool
		width, height int // of the image that is sent
	}{
		{"usual", "Rekognition fetches it itself", picture(t, 640, 480, gray(640, 480)), false, 0, 0},
		{"largest", "10,000 pixels are allowed", picture(t, 10_000, 100, gray(10_000, 100)), false, 0, 0},
		{"wide", "more are not", picture(t, 10_001, 100, gray(9_000, 90)), true, 9_000, 90},
		{"tall", "more are not, and the copy is scaled down", picture(t, 200, 20_000, gray(200, 20_000)), true, 100, 10_000},
		{"ribbon", "both bounds hold at once", picture(t, 40_000, 90, gray(40_000, 90)), true, 10_000, 80},
		{"narrow copy", "a reduced copy may fall below the smallest side", picture(t, 16_000, 100, gray(8_000, 50)), true, 8_000, 80},
		{"heavy", "15 MB are allowed in S3", heavy(picture(t, 640, 480, gray(640, 480))), true, 640, 480},
		{"png", "PNG has sizes, too", asPNG(t, picture(t, 1, 1, gray(640, 480)), 640, 480), false, 0, 0},
		{"wide png", "PNG has sizes, too", asPNG(t, picture(t, 1, 1, gray(8_000, 100)), 12_000, 100), true, 8_000, 100},
		{"undecodable", "PAM's decoder knows more than the standard one", photos.Picture{Object: photos.Object{Bucket: photos.StorageBucket, Key: "k"}, Bytes: []byte("odd"), Image: gray(300, 200)}, true, 300, 200},
		{"elsewhere", "only the storage bucket is Rekognition's to read", photos.Picture{Object: photos.Object{Bucket: photos.WorkingBucket, Key: "k"}, Image: gray(300, 200)}, true, 300, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{fromBucket: labels(fox), fromBytes: labels(fox)}
			if _, err := s.labeler(t).Label(t.Context(), c.picture); err != nil {
				t.Fatal(err)
			}
			requests := s.seen()
			if len(requests) != 1 {
				t.Fatalf("%d requests, want one: each is paid for", len(requests))
			}
			r := requests[0]
			if r.MinConfidence != 50 || r.MaxLabels != nil {
				t.Errorf("MinConfidence %v, MaxLabels %v", r.MinConfidence, r.MaxLabels)
			}
			if !c.bytes {
				if r.Image.S3Object == nil || r.Image.S3Object.Bucket != bucket || r.Image.S3Object.Name != "photos/dan/01J" || r.Image.Bytes != nil {
					t.Errorf("image %+v, want the object: %s", r.Image.S3Object, c.reason)
				}
				return
			}
			size, err := jpeg.DecodeConfig(bytes.NewReader(r.Image.Bytes))
			if err != nil || size.Width != c.width || size.Height != c.height || r.Image.S3Object != nil {
				t.Errorf("sent %d x %d, %v; want %d x %d: %s", size.Width, size.Height, err, c.width, c.height, c.reason)
			}
		})
	}
}

func heavy(p photos.Picture) photos.Picture {
	p.Bytes = append(p.Bytes, make([]byte, 15_000_001-len(p.Bytes))...)
	return p
}

func asPNG(t *testing.T, p photos.Picture, width, height int) photos.Picture {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black})); err != nil {
		t.Fatal(err)
	}
	p.ContentType, p.Bytes = "image/png", file.Bytes()
	return p
}

// The copy fits into a request whatever it shows: the service of these tests refuses more.
func TestNoiseFits(t *testing.T) {
	s := &service{fromBytes: labels(fox)}
	if _, err := s.labeler(t).Label(t.Context(), photos.Picture{Image: noise(2_400, 1_700)}); err != nil {
		t.Errorf("four megapixels of noise: %v", err)
	}
}

// Every error that DetectLabels documents, and others that a network brings.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		status       int
		code         string
		busy         bool
		rejection    photos.RejectionCode
		requests     int
	}{
		{"access", "an operator has to give the right; no photo is lost meanwhile", 400, "AccessDeniedException", false, "", 1},
		{"too large", "the reduced copy is tried, and when that is refused nothing else will do", 400, "ImageTooLargeException", false, photos.TooLarge, 2},
		{"format", "the reduced copy is tried, and when that is refused nothing else will do", 400, "InvalidImageFormatException", false, photos.Unsupported, 2},
		{"internal", "their fault, and worth another try", 500, "InternalServerError", false, "", 3},
		{"parameter", "our fault; refusing every photo for it would lose them", 400, "InvalidParameterException", false, "", 1},
		{"object", "it may be gone, or the role may lack the right to read it", 400, "InvalidS3ObjectException", false, "", 1},
		{"throughput", "too many photos at once say nothing about this one", 400, "ProvisionedThroughputExceededException", true, "", 3},
		{"throttling", "too many photos at once say nothing about this one", 400, "ThrottlingException", true, "", 3},
		{"unavailable", "a load balancer has no place", 503, "", true, "", 3},
		{"gateway", "an outage is worth another try", 502, "", false, "", 3},
		{"new", "what nobody knows yet refuses no photo", 400, "NewException", false, "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			failing := []reply{{status: c.status, code: c.code}}
			s := &service{fromBucket: failing, fromBytes: failing}
			got, err := s.labeler(t).Label(t.Context(), picture(t, 640, 480, gray(640, 480)))
			if err == nil || got != nil {
				t.Fatalf("%v without error", got)
			}
			rejection, rejected := errors.AsType[*photos.Rejection](err)
			if rejected != (c.rejection != "") || rejected && rejection.Code != c.rejection {
				t.Errorf("%v: want rejection %q: %s", err, c.rejection, c.reason)
			}
			if errors.Is(err, photos.ErrBusy) != c.busy {
				t.Errorf("%v: busy must be %v: %s", err, c.busy, c.reason)
			}
			if rejected && strings.Contains(rejection.Message, "service") {
				t.Errorf("the message is not for the owner: %s", rejection.Message)
			}
			if n := len(s.seen()); n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
		})
	}
	t.Run("odd format", func(t *testing.T) {
		s := &service{fromBucket: []reply{{status: 400, code: "InvalidImageFormatException"}}, fromBytes: labels(fox)}
		if got, err := s.labeler(t).Label(t.Context(), picture(t, 640, 480, gray(640, 480))); err != nil || len(got) != 3 {
			t.Errorf("%v, %v: a file that only Rekognition cannot decode is labelled from PAM's copy", got, err)
		}
	})
	t.Run("no image", func(t *testing.T) {
		if _, err := (&service{}).labeler(t).Label(t.Context(), photos.Picture{}); err == nil {
			t.Error("nothing was labelled")
		}
	})
}
