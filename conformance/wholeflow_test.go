package conformance_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"pam/internal/aws/awstest"
	"pam/internal/aws/settings"
	"pam/internal/photos"
)

// The functions as they are deployed take photos from their upload to an archive and a notice, and what goes wrong on the
// way where a person or an operator sees it. It runs on each S3 that there is, with the other services beside it. Moto's
// Rekognition gives every photo the same labels; what it answers is what is expected.
func TestWholeFlow(t *testing.T) {
	programs := sync.OnceValue(func() string { return buildFunctions(t) })
	awstest.Each(t, awstest.S3, func(t *testing.T, store aws.Config) {
		built := programs()
		t.Parallel()
		f := newFlow(t, store, built)
		f.signIn()
		f.signInElsewhere()
		f.uploadAndLabel()
		f.askForLabels()
		f.archive()
		f.tellOfIt()
		f.repeatEverything()
		f.loseAnEvent()
		f.failForGood()
		f.buryNonsense()
	})
}

// flow is a person's way through a cloud.
type flow struct {
	*cloud
	api                  client
	detecting, archiving *mapping
	broken               *mapping // takes the detector's place in the end

	uploads  []upload            // of photos, one of which is large
	poison   upload              // of what is no photo
	expected map[string][]string // file names by label
	zip      string              // the archive's id
	content  []byte              // of the archive
}

const nonsense = `{"kind":"tea"}`

func newFlow(t *testing.T, store aws.Config, programs string) *flow {
	t.Helper()
	f := &flow{cloud: newCloud(t, store, programs)}
	f.api = client{t, f.start(settings.API), f.token()}
	// Ten messages at a time, of which some fail; and two sandboxes of the archiver, as Lambda starts more than one.
	f.detecting = f.connect(f.detector, 30, f.start(settings.Detector))
	f.archiving = f.connect(f.archiver, 60, f.start(settings.Archiver), f.start(settings.Archiver))
	return f
}

// signIn looks up who signed in, and asks for notices by mail.
func (f *flow) signIn() {
	var got struct {
		Me       struct{ ID, Email string }
		NotifyMe struct {
			Address   string
			Confirmed bool
		}
	}
	f.api.ask(`{me{id email}}`, nil, &got)
	if got.Me.ID != f.person || got.Me.Email != address {
		f.Errorf("%+v, want the person %s with the address that the pool knows", got.Me, f.person)
	}
	f.api.ask(`mutation{notifyMe(channel:EMAIL){address confirmed}}`, nil, &got)
	if got.NotifyMe.Address != "d***@example.org" || got.NotifyMe.Confirmed != f.standIn() {
		f.Errorf("%+v: moto confirms at once, SNS waits for a click", got.NotifyMe)
	}
}

// signInElsewhere brings the function a token of cognito-local's login page, whose pool it is told to trust. It carries none
// of PAM's scopes, whatever was asked for, so it opens only what needs none.
func (f *flow) signInElsewhere() {
	endpoints := awstest.Endpoints(awstest.CognitoLocal)
	if len(endpoints) == 0 {
		f.Log("an account's login page needs a person, so only the test's own tokens are tried")
		return
	}
	people := newPool(f.T, awstest.StandIn(endpoints[0]))
	app := people.newClient()
	api := client{f.T, f.start(settings.API, settings.Issuer+"="+people.issuer(), settings.ClientIDs+"="+app, settings.UserPoolID+"="+people.id,
		"AWS_ENDPOINT_URL_"+settings.Cognito+"="+people.base), people.signIn(app).Access}
	var got struct {
		Me struct{ ID, Name, Email string }
	}
	api.ask(`{me{id name email}}`, nil, &got)
	if got.Me.ID != people.sub || got.Me.Name != "dan" || got.Me.Email != address {
		f.Errorf("%+v, want the person %s of cognito-local's pool", got.Me, people.sub)
	}
	value := api.overAppSync("me", `{id}`, []string{"id"}, map[string]any{})
	if string(value) != `{"id":"`+people.sub+`"}` {
		f.Errorf("AppSync: me is %s", value)
	}
	if _, failures := api.overURL(`{labels{totalCount}}`, nil); len(failures) != 1 || failures[0].Extensions.Code != photos.Forbidden {
		f.Errorf("labels without the scope: %+v", failures)
	}
	api.token = f.token()
	if _, failures := api.overURL(`{me{id}}`, nil); len(failures) != 1 || failures[0].Extensions.Code != photos.Unauthenticated {
		f.Errorf("a token of another issuer: %+v", failures)
	}
}

// uploadAndLabel uploads photos, a large one among them, and a file that is no photo. Their events come early, twice, and
// last first; one comes to the function itself; and a message that means nothing is among them.
func (f *flow) uploadAndLabel() {
	// With the photographs the first has the 5 MiB after which the second can be copied whole: versitygw's program says of a
	// copied range that it has the checksum of the whole.
	files := []file{{"medium.png", "image/png", noise(f.T, 1250)}}
	if f.copies() {
		files = append(files, file{"large.png", "image/png", noise(f.T, 2000)})
	}
	for _, name := range []string{"cow.jpg", "bison.jpg", "castle-on-river.jpg", "duck.jpg", "macaw.jpg", "koala.jpg"} {
		content, err := os.ReadFile(filepath.Join("..", "testdata", "photos", name))
		if err != nil {
			f.Fatal(err)
		}
		files = append(files, file{name, "image/jpeg", content})
	}
	files = append(files, file{"poem.jpg", "image/jpeg", []byte(strings.Repeat("Roses are red. ", 100))})
	announced := f.api.announce(files...)
	f.uploads, f.poison = announced[:len(files)-1], announced[len(files)-1]

	early := f.putEvent(announced[0].key, len(announced[0].file.bytes))
	f.send(f.detector, early)
	f.eventually("an event that comes before the bytes is taken", func() bool { done, _ := f.detecting.handled(early); return done == 1 })
	if n := f.photos("PENDING").TotalCount; n != len(files) {
		f.Errorf("%d photos are PENDING before any bytes have come, want %d", n, len(files))
	}
	var events []string
	for _, u := range announced {
		put(f.T, u)
		events = append(events, f.putEvent(u.key, len(u.file.bytes)))
	}
	direct, err := f.start(settings.Detector).InvokeBytes(f.Context(), []byte(events[1]))
	if err != nil || string(direct) != "null" {
		f.Errorf("a notification past the queue: %s, %v", direct, err)
	}
	slices.Reverse(events)
	f.send(f.detector, append(append([]string{nonsense}, events...), events...)...)
	f.eventually("every event is handled twice", func() bool {
		for _, e := range events {
			if done, _ := f.detecting.handled(e); done < 2 {
				return false
			}
		}
		return f.photos("PENDING").TotalCount == 0
	})
	if f.requests != nil {
		if n := f.requests.uploads("/" + f.storage + "/" + photos.PhotoPrefix); n != len(files) {
			f.Errorf("%d files came by signed links, want %d", n, len(files))
		}
	}
	rejected := f.photos("REJECTED")
	if rejected.TotalCount != 1 || rejected.Nodes[0].FileName != "poem.jpg" || rejected.Nodes[0].Rejection.Code != "NOT_AN_IMAGE" {
		f.Errorf("rejected: %+v, want the poem, which is no image", rejected)
	}
}

// copies says whether the store can copy a photo into an archive. Moto gives no checksum of what it copies, so the archiver
// takes the photo for another and leaves it out.
func (f *flow) copies() bool { return awstest.NameOf(f.configs[settings.S3]) != "moto" }

// noise makes a square picture that does not compress: 3 bytes a pixel.
func noise(t *testing.T, side int) []byte {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, side, side))
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same picture each time
	for y := range side {
		for x := range side {
			v := random.Uint32()
			picture.SetNRGBA(x, y, color.NRGBA{uint8(v), uint8(v >> 8), uint8(v >> 16), 255})
		}
	}
	var content bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&content, picture); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}
