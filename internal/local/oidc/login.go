package oidc

import (
	"database/sql"
	"errors"
	"net/http"
	"time"
)

// loginForm is what the login page shows and sends back.
type loginForm struct {
	page
	Request  string // id of the authorization request
	Token    string // proves that this browser got the form
	ClientID string
	User     string
	Email    string
	Problem  string // what is wrong with the input; "" at first
	InEmail  bool   // the problem is with the e-mail address
}

// showLogin asks a browser with a pending authorization request who the person is.
func (p *Provider) showLogin(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("request")
	req, ok := p.pending(w, r, id)
	if !ok {
		return
	}
	p.renderLogin(w, r, http.StatusOK, req, loginForm{Request: id, User: req.loginHint})
}

// pending finds the request that a login page is about, and answers with an error
// page where there is none for this browser.
func (p *Provider) pending(w http.ResponseWriter, r *http.Request, id string) (authRequest, bool) {
	browser := p.knownBrowser(r)
	req, err := authRequestByID(r.Context(), p.store.db, id, secretHash(browser), p.now())
	switch {
	case errors.Is(err, errNoRow):
		p.showExpired(w)
		return authRequest{}, false
	case err != nil:
		p.showInternal(w, r, "read authorization request", err)
		return authRequest{}, false
	}
	return req, true
}

func (p *Provider) showExpired(w http.ResponseWriter) {
	p.showError(w, http.StatusBadRequest,
		"This sign-in is over, or it was begun in another browser. Go back to the application and sign in again.")
}

func (p *Provider) showForeignForm(w http.ResponseWriter) {
	p.showError(w, http.StatusForbidden,
		"This form was not made for this browser. Go back to the application and try again.")
}

func (p *Provider) renderLogin(w http.ResponseWriter, r *http.Request, status int, req authRequest, form loginForm) {
	form.page = p.page("Sign in")
	form.ClientID = req.clientID
	form.Token = formToken(p.knownBrowser(r), form.Request)
	allowFormTarget(w, req.redirectURI)
	p.render(w, status, "login.html", form)
}

// finishLogin takes the form, signs the browser in and sends it back to the client
// with a code.
func (p *Provider) finishLogin(w http.ResponseWriter, r *http.Request) {
	form := loginForm{
		Request: r.PostFormValue("request"), User: r.PostFormValue("username"), Email: r.PostFormValue("email"),
	}
	if !validFormToken(r.PostFormValue("token"), p.knownBrowser(r), form.Request) {
		p.showForeignForm(w)
		return
	}
	req, ok := p.pending(w, r, form.Request)
	if !ok {
		return
	}
	name, err := normalizeUserName(form.User)
	if err != nil {
		form.Problem = sentence(ErrInvalidUserName)
		p.renderLogin(w, r, http.StatusUnprocessableEntity, req, form)
		return
	}
	email, err := normalizeEmail(form.Email)
	if err != nil {
		form.Problem, form.InEmail = sentence(ErrInvalidEmail), true
		p.renderLogin(w, r, http.StatusUnprocessableEntity, req, form)
		return
	}

	code, secret, err := p.signIn(r, form.Request, req, name, email)
	switch {
	case errors.Is(err, errNoRow):
		p.showExpired(w)
		return
	case err != nil:
		p.showInternal(w, r, "sign in", err)
		return
	}
	target, err := codeResponseURL(req, code)
	if err != nil {
		p.showInternal(w, r, "build code response", err)
		return
	}
	http.SetCookie(w, p.sessionCookieFor(secret))
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// signIn does all of a login in one transaction. It returns the code for the client
// and the session's secret for the browser.
func (p *Provider) signIn(
	r *http.Request, id string, req authRequest, name, email string,
) (code, secret string, err error) {
	ctx, now := r.Context(), p.now()
	err = p.store.update(ctx, func(tx *sql.Tx) error {
		if err := takeAuthRequest(ctx, tx, id); err != nil {
			return err
		}
		u, err := saveUser(ctx, tx, name, email)
		if err != nil {
			return err
		}
		var current session
		if current, secret, err = p.renewSession(r, tx, u.subject, now); err != nil {
			return err
		}
		code, err = createCode(ctx, tx, req, current, now)
		return err
	})
	return code, secret, err
}

// renewSession keeps the browser's session where the same user signs in again, so
// that the grants made in it stay with it. It ends another user's: one browser holds
// one person.
func (p *Provider) renewSession(r *http.Request, tx *sql.Tx, subject string, now time.Time) (session, string, error) {
	ctx := r.Context()
	secret := newSecret()
	if hash := p.sessionHash(r); hash != nil {
		old, err := sessionByHash(ctx, tx, hash, now)
		switch {
		case errors.Is(err, errNoRow):
		case err != nil:
			return session{}, "", err
		case old.subject != subject:
			if err := endSession(ctx, tx, hash); err != nil {
				return session{}, "", err
			}
		default:
			cookie, err := r.Cookie(p.issuer.cookieName(sessionCookie))
			if err != nil {
				return session{}, "", err
			}
			secret = cookie.Value
		}
	}
	current := session{hash: secretHash(secret), subject: subject, authTime: now}
	return current, secret, saveSession(ctx, tx, current)
}
