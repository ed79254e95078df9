package web_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"pam/web"
)

func TestBuilt(t *testing.T) {
	tests := []struct {
		name   string
		reason string
		bundle fstest.MapFS
		want   bool
	}{
		{
			name:   "compiled without the bundle",
			reason: "The server has to say what to do instead of answering 404.",
			bundle: fstest.MapFS{".gitkeep": {}},
			want:   false,
		},
		{
			name:   "only a folder of the page's name",
			reason: "A folder cannot be served as the page.",
			bundle: fstest.MapFS{web.GraphiQLPage + "/other.html": {}, web.AppPage: {}},
			want:   false,
		},
		{
			name:   "without the application",
			reason: "A build that broke off half way must not pass for a whole one.",
			bundle: fstest.MapFS{web.GraphiQLPage: {Data: []byte("<!doctype html>")}},
			want:   false,
		},
		{
			name:   "with both pages",
			reason: "This is what the build leaves.",
			bundle: fstest.MapFS{web.GraphiQLPage: {Data: []byte("<!doctype html>")}, web.AppPage: {Data: []byte("<!doctype html>")}},
			want:   true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := web.Built(tt.bundle); got != tt.want {
				t.Errorf("Built() = %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestDist checks the embedded bundle in either state: empty but for the placeholder, or
// whole, with every file there that the page names.
func TestDist(t *testing.T) {
	bundle, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	if !web.Built(bundle) {
		if _, err := fs.Stat(bundle, ".gitkeep"); err != nil {
			t.Errorf("a bundle that is not built lacks its placeholder: %v", err)
		}
		return
	}
	for _, name := range []string{web.AppPage, web.GraphiQLPage} {
		t.Run(name, func(t *testing.T) { checkPage(t, bundle, name) })
	}
}

func checkPage(t *testing.T, bundle fs.FS, name string) {
	page, err := fs.ReadFile(bundle, name)
	if err != nil {
		t.Fatal(err)
	}
	assets := regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(string(page), -1)
	if len(assets) == 0 {
		t.Errorf("the page loads nothing:\n%s", page)
	}
	for _, asset := range assets {
		if _, err := fs.Stat(bundle, strings.TrimPrefix(asset[1], "/")); err != nil {
			t.Errorf("the page loads %s, which the bundle lacks: %v", asset[1], err)
		}
	}
	if strings.Contains(string(page), "<style") || regexp.MustCompile(`<script[^>]*>[^<]`).Match(page) {
		t.Errorf("the page has inline code, which the content security policy forbids:\n%s", page)
	}
}
