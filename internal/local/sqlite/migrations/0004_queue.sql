-- Messages wait here until they are done. One that is handed out stays, invisible until visible_at (milliseconds since
-- 1970); deliveries says which of its deliveries is the current one, attempts how many of them count against it.
CREATE TABLE messages (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    topic      TEXT    NOT NULL,
    body       BLOB    NOT NULL,
    sent_at    INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    deliveries INTEGER NOT NULL DEFAULT 0,
    waiting    INTEGER NOT NULL DEFAULT 1 CHECK (waiting IN (0, 1)) -- 0 while it is handed out
) STRICT;

-- A job that waits already need not be sent again.
CREATE INDEX messages_waiting ON messages (topic, body) WHERE waiting = 1;

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
