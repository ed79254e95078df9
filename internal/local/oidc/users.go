package oidc

import (
	"context"
	"database/sql"
)

// user is someone who signed in at least once, or for whom a token was made.
type user struct {
	subject string
	name    string // normalized
	email   string
}

// saveUser makes the user known. An e-mail address replaces the one kept; an empty
// one leaves it, or sets the default for a new user. The name must be normalized.
func saveUser(ctx context.Context, tx *sql.Tx, name, email string) (user, error) {
	u := user{subject: subjectOf(name), name: name, email: email}
	err := tx.QueryRowContext(ctx, `
		INSERT INTO users (subject, name, email) VALUES (?1, ?2, iif(?3 = '', ?4, ?3))
		ON CONFLICT (subject) DO UPDATE SET email = iif(?3 = '', email, ?3)
		RETURNING email`,
		u.subject, u.name, email, defaultEmail(name)).Scan(&u.email)
	return u, err
}

// querier is what *sql.DB and *sql.Tx have in common for reading.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// userBySubject returns errNoRow for a subject that never signed in.
func userBySubject(ctx context.Context, q querier, subject string) (user, error) {
	u := user{subject: subject}
	err := q.QueryRowContext(ctx, `SELECT name, email FROM users WHERE subject = ?`, subject).Scan(&u.name, &u.email)
	return u, orNoRow(err)
}
