package absent

import (
	"testing"

	"pam/internal/photos"
)

func TestWorkOfAnotherProcessIsAnError(t *testing.T) {
	ctx := t.Context()
	_, label := Labeler{}.Label(ctx, photos.Picture{})
	_, inspect := Inspector{}.Inspect(ctx, nil, "image/jpeg")
	notify := Notifier{}.Notify(ctx, photos.Notice{}, photos.Archive{})
	_, subscribe := Notifier{}.Subscribe(ctx, "dan", "dan@example.org")
	_, email := Directory{}.VerifiedEmail(ctx, "dan")
	for name, err := range map[string]error{"label": label, "inspect": inspect, "notify": notify, "subscribe": subscribe, "email": email} {
		if photos.CodeOf(err) != photos.Internal {
			t.Errorf("%s: %v; no caller is at fault, so it must be INTERNAL", name, err)
		}
	}
}
