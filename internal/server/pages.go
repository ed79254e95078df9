package server

import (
	"io/fs"
	"maps"
	"net/http"

	"pam/web"
)

// Settings are what the pages need to know of a deployment: the answer of /config.json, as web/src/settings reads it.
// They are public.
type Settings struct {
	// Issuer is the OpenID Connect issuer that signs people in: an absolute URL.
	Issuer string `json:"issuer"`
	// ClientID is the client of the pages at that issuer.
	ClientID string `json:"clientId"`
	// Scopes are those to ask for, openid among them.
	Scopes []string `json:"scopes"`
	// LogoutURL ends the session at an issuer that does not follow OpenID Connect RP-Initiated Logout, as Cognito does
	// not; nil otherwise.
	LogoutURL *string `json:"logoutUrl"`
	// Live says how changes arrive: LiveStream or LivePoll.
	Live Live `json:"live"`
}

// Live is how the pages learn of changes.
type Live string

// The ways to learn of changes.
const (
	LiveStream Live = "sse"  // by subscriptions
	LivePoll   Live = "poll" // by asking again, where the deployment does not stream
)

// AppPaths gives the web application's own addresses, as patterns of a mux. All are answered by its one page, which shows
// what belongs there: web/src/app/routes.tsx has the same list. Other paths stay unknown, so that a script or picture that
// is not there is a 404 and never a page.
func AppPaths() []string {
	return []string{
		"/{$}", "/labels", "/photos", "/photos/{id}", "/uploads", "/archives", "/archives/{id}", "/notices",
	}
}

// pages serves what the web folder builds.
type pages struct {
	bundle          fs.FS
	appHeaders      http.Header
	graphiqlHeaders http.Header
}

func newPages(bundle fs.FS, login []string, store string) pages {
	return pages{bundle: bundle, appHeaders: AppHeaders(login, store), graphiqlHeaders: PageHeaders(login, store)}
}

// app serves the web application.
func (p pages) app(w http.ResponseWriter, r *http.Request) { p.page(w, r, web.AppPage, p.appHeaders) }

// graphiql serves the API's explorer.
func (p pages) graphiql(w http.ResponseWriter, r *http.Request) {
	p.page(w, r, web.GraphiQLPage, p.graphiqlHeaders)
}

// page serves a page. It is asked for anew each time, since it names its scripts by their content.
func (p pages) page(w http.ResponseWriter, r *http.Request, name string, headers http.Header) {
	if !web.Built(p.bundle) {
		http.Error(w, "the pages are not in this program: run make build", http.StatusServiceUnavailable)
		return
	}
	h := w.Header()
	maps.Copy(h, headers)
	h.Set("Cache-Control", "no-cache")
	text, err := fs.ReadFile(p.bundle, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	// Not http.ServeFileFS, which redirects what ends in index.html.
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(text) // whoever asked may be gone
}

// assets serves scripts and styles. Their names change with their content, so browsers may keep them for ever.
func (p pages) assets(w http.ResponseWriter, r *http.Request) {
	name := "assets/" + r.PathValue("name")
	if info, err := fs.Stat(p.bundle, name); err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, p.bundle, name)
}
