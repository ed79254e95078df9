// Package oidc is PAM's local login: an OpenID Connect provider for a laptop,
// so that PAM runs whole without an AWS account.
//
// It stands where Amazon Cognito stands in production and issues tokens of the
// same shape, so that the API verifies both in one way and the web pages sign
// in by one flow: the authorization code with PKCE. It also is the local
// implementation of the Directory port, which answers an owner's verified
// e-mail address.
//
// The login asks for a user name and for no password. It is for development on
// one's own computer; whoever can reach it can be anyone. The program that
// serves it has to keep it on a loopback address.
//
// The protocol comes from github.com/zitadel/oidc (routing, parsing, redirect
// checks, PKCE, error answers); this package supplies the decisions and the
// state. docs/decisions/0004-local-login.md records why.
//
// Everything it must remember lies in the data folder: login.db (SQLite: users,
// sessions, grants) and signing-key.pem. A restart signs nobody out, and two
// processes may open the same folder at once.
package oidc
