-- Archives. label_match and skipped are JSON. Times are milliseconds since 1970.
CREATE TABLE archives (
    owner           TEXT    NOT NULL REFERENCES owners,
    id              TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    label_match     TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('QUEUED', 'BUILDING', 'READY', 'FAILED', 'CANCELLED', 'EXPIRED')),
    photo_count     INTEGER NOT NULL DEFAULT 0,
    photos_done     INTEGER NOT NULL DEFAULT 0 CHECK (photos_done BETWEEN 0 AND photo_count),
    total_bytes     INTEGER NOT NULL DEFAULT 0,
    bytes_done      INTEGER NOT NULL DEFAULT 0 CHECK (bytes_done BETWEEN 0 AND total_bytes),
    skipped_count   INTEGER NOT NULL DEFAULT 0,
    skipped         TEXT    NOT NULL DEFAULT '[]',
    failure_code    TEXT,
    failure_message TEXT,
    upload_id       TEXT    NOT NULL DEFAULT '',
    part_count      INTEGER NOT NULL DEFAULT 0,
    parts_done      INTEGER NOT NULL DEFAULT 0 CHECK (parts_done BETWEEN 0 AND part_count),
    plans           INTEGER NOT NULL DEFAULT 0,
    size            INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    ready_at        INTEGER,
    expires_at      INTEGER,
    PRIMARY KEY (owner, id)
) STRICT;

CREATE INDEX archives_unfinished ON archives (updated_at) WHERE status IN ('QUEUED', 'BUILDING');
CREATE INDEX archives_ready ON archives (expires_at) WHERE status = 'READY';

CREATE TABLE archive_parts (
    owner      TEXT    NOT NULL,
    archive_id TEXT    NOT NULL,
    number     INTEGER NOT NULL CHECK (number > 0),
    state      TEXT    NOT NULL CHECK (state IN ('OPEN', 'UPLOADED', 'SHORT')),
    etag       TEXT    NOT NULL DEFAULT '',
    crc32      INTEGER NOT NULL DEFAULT 0,
    size       INTEGER NOT NULL DEFAULT 0,
    photos     INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    result     TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (owner, archive_id, number),
    FOREIGN KEY (owner, archive_id) REFERENCES archives (owner, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    owner      TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    archive_id TEXT    NOT NULL,
    input_hash TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (owner, key),
    FOREIGN KEY (owner, archive_id) REFERENCES archives (owner, id)
) STRICT, WITHOUT ROWID;
