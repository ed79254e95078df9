-- Messages wait here until they are done. One that is handed out stays, invisible until visible_at (milliseconds since
-- 1970); deliveries says which of its deliveries is the current one, attempts how many of them count against it.
CREATE TABLE messages (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    topic      TEXT    NOT NULL,
    body       BLOB    NOT NULL,
    sent_at    INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    deliveries INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX messages_by_visibility ON messages (topic, visible_at, id);

-- What failed for good, kept for the operator.
CREATE TABLE dead_letters (
    id       INTEGER PRIMARY KEY, -- of the message
    topic    TEXT    NOT NULL,
    body     BLOB    NOT NULL,
    sent_at  INTEGER NOT NULL,
    died_at  INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    reason   TEXT    NOT NULL
) STRICT;
