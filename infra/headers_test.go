package infra

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"pam/internal/aws/settings"
	"pam/internal/server"
)

// TestPagesOfTheSiteHaveTheHeadersOfTheServer compares what CloudFront sends with the files of the site with what the
// server sends with its pages, for the settings that the function itself is told.
func TestPagesOfTheSiteHaveTheHeadersOfTheServer(t *testing.T) {
	tpl := readTemplate(t)
	read := tpl.settings(t, settings.API)
	issuer := strings.Join(strings.SplitAfterN(read.Issuer, "/", 4)[:3], "")
	want := server.AppHeaders(append([]string{strings.TrimSuffix(issuer, "/")}, read.LoginOrigins...), read.StoreOrigin)

	got := http.Header{}
	for _, policy := range tpl.ofType("AWS::CloudFront::ResponseHeadersPolicy") {
		config := policy.Properties["ResponseHeadersPolicyConfig"].(map[string]any)
		security := config["SecurityHeadersConfig"].(map[string]any)
		if csp, ok := security["ContentSecurityPolicy"].(map[string]any); ok {
			got.Set("Content-Security-Policy", tpl.text(t, csp["ContentSecurityPolicy"]))
			got.Set("Referrer-Policy", tpl.text(t, security["ReferrerPolicy"].(map[string]any)["ReferrerPolicy"]))
			got.Set("X-Frame-Options", tpl.text(t, security["FrameOptions"].(map[string]any)["FrameOption"]))
			if security["ContentTypeOptions"] != nil {
				got.Set("X-Content-Type-Options", "nosniff") // the only value that CloudFront has
			}
		}
	}
	for name := range want {
		if !slices.Equal(words(got.Get(name)), words(want.Get(name))) {
			t.Errorf("%s of the site: %q, of the server: %q", name, got.Get(name), want.Get(name))
		}
	}
	if len(got) != len(want) {
		t.Errorf("the site sends %v, the server %v", got, want)
	}
}

// words gives the words of a header, each directive's own in one order: a policy's sources have none.
func words(header string) []string {
	var found []string
	for directive := range strings.SplitSeq(header, ";") {
		name, sources, _ := strings.Cut(strings.TrimSpace(directive), " ")
		found = append(found, name)
		found = append(found, slices.Sorted(strings.FieldsSeq(sources))...)
	}
	return found
}
