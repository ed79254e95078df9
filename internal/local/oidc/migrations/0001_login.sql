-- Times are seconds since 1970 in UTC. What a browser or client holds as a secret
-- (session, code, refresh token) is kept as its SHA-256 only, so that a copy of this
-- file signs nobody in.

CREATE TABLE settings (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT;

CREATE TABLE users (
	subject TEXT PRIMARY KEY,
	name    TEXT NOT NULL UNIQUE,
	email   TEXT NOT NULL
) STRICT;

-- A browser in which a user is signed in.
CREATE TABLE sessions (
	hash       BLOB PRIMARY KEY,
	subject    TEXT NOT NULL REFERENCES users (subject),
	auth_time  INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- An authorization request that waits for the login page. The browser that made it
-- is the only one that may answer it.
CREATE TABLE auth_requests (
	id             TEXT PRIMARY KEY,
	browser_hash   BLOB NOT NULL,
	client_id      TEXT NOT NULL,
	redirect_uri   TEXT NOT NULL,
	scope          TEXT NOT NULL,
	state          TEXT NOT NULL,
	nonce          TEXT NOT NULL,
	code_challenge TEXT NOT NULL,
	login_hint     TEXT NOT NULL,
	expires_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX auth_requests_expiry ON auth_requests (expires_at);

-- What a user has allowed a client, from code to last refresh token: deleting the
-- row ends it all. session_hash is no reference, for a grant outlives its session
-- when that expires and ends with it only when the user signs out.
CREATE TABLE grants (
	id           TEXT PRIMARY KEY,
	client_id    TEXT NOT NULL,
	subject      TEXT NOT NULL REFERENCES users (subject),
	session_hash BLOB NOT NULL,
	scope        TEXT NOT NULL,
	auth_time    INTEGER NOT NULL,
	expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX grants_expiry ON grants (expires_at);
CREATE INDEX grants_session ON grants (session_hash);

CREATE TABLE codes (
	hash           BLOB PRIMARY KEY,
	grant_id       TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
	redirect_uri   TEXT NOT NULL,
	nonce          TEXT NOT NULL,
	code_challenge TEXT NOT NULL,
	expires_at     INTEGER NOT NULL,
	used_at        INTEGER
) STRICT;
CREATE INDEX codes_grant ON codes (grant_id);
CREATE INDEX codes_expiry ON codes (expires_at);

-- Rotated tokens stay until their grant ends, so that a second use is noticed.
CREATE TABLE refresh_tokens (
	hash       BLOB PRIMARY KEY,
	grant_id   TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
	rotated_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_grant ON refresh_tokens (grant_id);
