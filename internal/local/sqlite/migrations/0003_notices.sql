CREATE TABLE notices (
    owner      TEXT    NOT NULL REFERENCES owners,
    id         TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    at         INTEGER NOT NULL, -- milliseconds since 1970
    archive_id TEXT    NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT;

CREATE UNIQUE INDEX notices_by_time ON notices (owner, at, id);

-- Where the local notifier sends an owner's notices beyond the API.
CREATE TABLE notice_subscriptions (
    owner     TEXT    NOT NULL PRIMARY KEY,
    address   TEXT    NOT NULL,
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1))
) STRICT, WITHOUT ROWID;
