package oidc

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"net/url"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// EndSession signs the browser out (OpenID Connect RP-Initiated Logout 1.0). A request
// that proves by an id token whose session it means is done at once. Any other might
// be a trap set by a foreign page, so the person is asked first.
func (s server) EndSession(ctx context.Context, r *op.Request[protocol.EndSessionRequest]) (*op.Redirect, error) {
	clientID := r.Data.ClientID
	var hint idClaims
	if r.Data.IdTokenHint != "" {
		var err error
		if hint, err = s.hintClaims(r.Data.IdTokenHint); err != nil {
			return nil, protocol.ErrInvalidRequest().WithDescription("the id_token_hint is not valid")
		}
		if clientID != "" && clientID != hint.Audience {
			return nil, protocol.ErrInvalidRequest().WithDescription("client_id and id_token_hint differ")
		}
		clientID = hint.Audience
	}
	target, err := s.afterLogout(clientID, r.Data.PostLogoutRedirectURI, r.Data.State)
	if err != nil {
		return nil, err
	}

	cookies := &http.Request{Header: r.Header}
	current, err := s.session(ctx, cookies, s.now())
	signedIn := err == nil
	switch {
	case err != nil && !errors.Is(err, errNoRow):
		return nil, s.internal(ctx, "read session", err)
	case signedIn && hint.Subject != current.subject:
		return s.redirectToConfirm(clientID, r.Data, cookies), nil
	}
	err = s.store.update(ctx, func(tx *sql.Tx) error {
		if signedIn {
			if err := endSession(ctx, tx, current.hash); err != nil {
				return err
			}
		}
		// A sign-in outlives its session when that expires; the hint still names it.
		return deleteGrant(ctx, tx, hint.OriginJTI)
	})
	if err != nil {
		return nil, s.internal(ctx, "end session", err)
	}
	redirect := op.NewRedirect(target)
	redirect.Header.Add("Set-Cookie", s.expiredSessionCookie().String())
	return redirect, nil
}

// afterLogout returns where the person goes after signing out: to the client, if it
// names a URI that it registered, else to a page of our own.
func (p *Provider) afterLogout(clientID, uri, state string) (string, error) {
	if uri == "" {
		return p.issuer.String() + signedOutPath, nil
	}
	c, ok := p.clients[clientID]
	if !ok {
		return "", protocol.ErrInvalidRequest().
			WithDescription("post_logout_redirect_uri needs the client_id or id_token_hint of a known client")
	}
	if err := op.ValidateEndSessionPostLogoutRedirectURI(uri, registration{c}); err != nil {
		return "", err
	}
	target, err := url.Parse(uri)
	if err != nil {
		return "", protocol.ErrInvalidRequest().WithDescription("post_logout_redirect_uri invalid")
	}
	if state != "" {
		query := target.Query()
		query.Set("state", state)
		target.RawQuery = query.Encode()
	}
	return target.String(), nil
}

func (p *Provider) expiredSessionCookie() *http.Cookie {
	c := p.cookie(sessionCookie, "")
	c.MaxAge = -1
	return c
}

func (s server) redirectToConfirm(clientID string, q *protocol.EndSessionRequest, r *http.Request) *op.Redirect {
	_, cookie := s.browserSecret(r)
	redirect := op.NewRedirect(s.issuer.String() + signOutPath + "?" + url.Values{
		"client_id": {clientID}, "post_logout_redirect_uri": {q.PostLogoutRedirectURI}, "state": {q.State},
	}.Encode())
	if cookie != nil {
		redirect.Header.Add("Set-Cookie", cookie.String())
	}
	return redirect
}

// signOutPage is what the confirmation page shows and sends back.
type signOutPage struct {
	page
	ClientID, RedirectURI, State string
	Token                        string
}

// showSignOut asks a person whether to sign out.
func (p *Provider) showSignOut(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	clientID, uri, state := q.Get("client_id"), q.Get("post_logout_redirect_uri"), q.Get("state")
	browser := p.knownBrowser(r)
	if _, err := p.afterLogout(clientID, uri, state); err != nil || browser == "" {
		p.showError(w, http.StatusBadRequest, "This sign-out link is not valid. Go back to the application and try again.")
		return
	}
	allowFormTarget(w, uri)
	p.render(w, http.StatusOK, "signout.html", signOutPage{
		page: p.page("Sign out"), ClientID: clientID, RedirectURI: uri, State: state,
		Token: formToken(browser, signOutPath),
	})
}

// finishSignOut does what the person confirmed.
func (p *Provider) finishSignOut(w http.ResponseWriter, r *http.Request) {
	target, err := p.afterLogout(
		r.PostFormValue("client_id"), r.PostFormValue("post_logout_redirect_uri"), r.PostFormValue("state"))
	if err != nil || !validFormToken(r.PostFormValue("token"), p.knownBrowser(r), signOutPath) {
		p.showForeignForm(w)
		return
	}
	if hash := p.sessionHash(r); hash != nil {
		ctx := r.Context()
		err := p.store.update(ctx, func(tx *sql.Tx) error { return endSession(ctx, tx, hash) })
		if err != nil {
			p.showInternal(w, r, "end session", err)
			return
		}
	}
	http.SetCookie(w, p.expiredSessionCookie())
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// showSignedOut is where those land whom no client expects.
func (p *Provider) showSignedOut(w http.ResponseWriter, _ *http.Request) {
	p.render(w, http.StatusOK, "signedout.html", p.page("Signed out"))
}
