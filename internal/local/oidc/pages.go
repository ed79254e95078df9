package oidc

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

//go:embed pages
var pageFiles embed.FS

// page is what every page needs.
type page struct {
	Title string
	Base  string // path of the issuer, the prefix of all links
}

func (p *Provider) page(title string) page { return page{Title: title, Base: p.issuer.path()} }

// errorPage is a page that says what went wrong.
type errorPage struct {
	page
	Problem string
}

func parsePages() (*template.Template, error) {
	return template.ParseFS(pageFiles, "pages/*.html")
}

// render writes a page as a whole or, should its template fail, an error.
func (p *Provider) render(w http.ResponseWriter, status int, name string, data any) {
	var body bytes.Buffer
	if err := p.pages.ExecuteTemplate(&body, name, data); err != nil {
		p.log.Error("local login: render "+name, "error", err)
		http.Error(w, "Something went wrong here.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if _, err := body.WriteTo(w); err != nil {
		p.log.Debug("local login: send "+name, "error", err) // the browser has gone
	}
}

func (p *Provider) showError(w http.ResponseWriter, status int, problem string) {
	p.render(w, status, "error.html", errorPage{page: p.page("This did not work"), Problem: problem})
}

// showInternal logs what went wrong inside and tells the person only that.
func (p *Provider) showInternal(w http.ResponseWriter, r *http.Request, what string, err error) {
	p.log.ErrorContext(r.Context(), "local login: "+what, "error", err)
	p.showError(w, http.StatusInternalServerError, "Something went wrong here. Please try again.")
}

func showStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeFileFS(w, r, pageFiles, "pages/style.css")
}

// sentence makes an error's message fit for a page.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// contentPolicy is the Content-Security-Policy of all answers: nothing but our own
// style sheet, and forms that go to us and to the given sources.
func contentPolicy(formTargets ...string) string {
	return "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'" +
		strings.Join(append([]string{""}, formTargets...), " ")
}

// allowFormTarget lets the page's form end at a client's URI: browsers apply
// form-action also to the redirect that answers a form. The URI must be a registered
// one, or empty.
func allowFormTarget(w http.ResponseWriter, uri string) {
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" {
		return
	}
	source := u.Scheme + "://" + u.Host
	if strings.HasPrefix(u.Host, "[") {
		source = u.Scheme + ":" // the policy's grammar has no IPv6 addresses
	}
	w.Header().Set("Content-Security-Policy", contentPolicy(source))
}

// humanErrors turns the JSON errors of the protocol library into pages on the routes
// that people, not scripts, are sent to.
func (p *Provider) humanErrors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		held := &errorHolder{ResponseWriter: w}
		next.ServeHTTP(held, r)
		if held.status == 0 {
			return
		}
		var body struct {
			Description string `json:"error_description"`
		}
		problem := "The application sent a request that cannot be answered."
		if json.Unmarshal(held.body.Bytes(), &body) == nil && body.Description != "" {
			problem += " It says: " + body.Description
		}
		p.showError(w, held.status, problem)
	})
}

// errorHolder passes an answer on unless it is an error, which it keeps.
type errorHolder struct {
	http.ResponseWriter
	status int // of the error; 0 for other answers
	body   bytes.Buffer
}

func (h *errorHolder) WriteHeader(status int) {
	if status >= http.StatusBadRequest {
		h.status = status
		return
	}
	h.ResponseWriter.WriteHeader(status)
}

func (h *errorHolder) Write(b []byte) (int, error) {
	if h.status != 0 {
		return h.body.Write(b)
	}
	return h.ResponseWriter.Write(b)
}
