-- Owners, and of each the summary that CountPhotos and Stats read. A commit that moves a photo moves it here too.
CREATE TABLE owners (
    owner          TEXT    NOT NULL PRIMARY KEY,
    pending        INTEGER NOT NULL DEFAULT 0 CHECK (pending >= 0),
    pending_bytes  INTEGER NOT NULL DEFAULT 0 CHECK (pending_bytes >= 0),
    labelled       INTEGER NOT NULL DEFAULT 0 CHECK (labelled >= 0),
    labelled_bytes INTEGER NOT NULL DEFAULT 0 CHECK (labelled_bytes >= 0),
    rejected       INTEGER NOT NULL DEFAULT 0 CHECK (rejected >= 0),
    rejected_bytes INTEGER NOT NULL DEFAULT 0 CHECK (rejected_bytes >= 0),
    version        INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Photos. Times are milliseconds since 1970. labels is a JSON array, kept whole so that a page of photos with their
-- labels is one query. It keeps a rowid because its rows are large: in a WITHOUT ROWID table they would sit in the
-- inner nodes of the tree.
CREATE TABLE photos (
    owner             TEXT    NOT NULL REFERENCES owners,
    id                TEXT    NOT NULL,
    file_name         TEXT    NOT NULL,
    content_type      TEXT    NOT NULL,
    size              INTEGER NOT NULL,
    crc32             INTEGER NOT NULL,
    status            TEXT    NOT NULL CHECK (status IN ('PENDING', 'LABELLED', 'REJECTED')),
    uploaded_at       INTEGER NOT NULL,
    expires_at        INTEGER,
    sha256            TEXT,
    etag              TEXT,
    width             INTEGER,
    height            INTEGER,
    taken_at          TEXT,
    labels            TEXT, -- NULL until the photo is inspected
    rejection_code    TEXT,
    rejection_message TEXT,
    PRIMARY KEY (owner, id),
    CHECK (status <> 'LABELLED' OR labels IS NOT NULL),
    CHECK ((status = 'REJECTED') = (rejection_code IS NOT NULL))
) STRICT;

CREATE INDEX photos_by_status ON photos (owner, status, id);
CREATE INDEX photos_by_sha256 ON photos (owner, sha256, id) WHERE status = 'LABELLED';
CREATE INDEX photos_pending ON photos (owner, id, uploaded_at) WHERE status = 'PENDING';

-- One row a label, with the photos that carry it by bucket of confidence. A row that counts nothing is deleted.
CREATE TABLE labels (
    owner      TEXT    NOT NULL REFERENCES owners,
    name       TEXT    NOT NULL,
    parents    TEXT    NOT NULL,
    categories TEXT    NOT NULL,
    c50        INTEGER NOT NULL CHECK (c50 >= 0),
    c55        INTEGER NOT NULL CHECK (c55 >= 0),
    c60        INTEGER NOT NULL CHECK (c60 >= 0),
    c65        INTEGER NOT NULL CHECK (c65 >= 0),
    c70        INTEGER NOT NULL CHECK (c70 >= 0),
    c75        INTEGER NOT NULL CHECK (c75 >= 0),
    c80        INTEGER NOT NULL CHECK (c80 >= 0),
    c85        INTEGER NOT NULL CHECK (c85 >= 0),
    c90        INTEGER NOT NULL CHECK (c90 >= 0),
    c95        INTEGER NOT NULL CHECK (c95 >= 0),
    PRIMARY KEY (owner, name)
) STRICT, WITHOUT ROWID;

-- One row for each label of each LABELLED photo. Lists and sums of a match read nothing else, so size is repeated here.
-- There is no foreign key to photos: it would need a second index as large as the table for the sake of deletes alone.
-- RecountLabels checks what it would.
CREATE TABLE label_edges (
    owner      TEXT    NOT NULL,
    label      TEXT    NOT NULL,
    photo_id   TEXT    NOT NULL,
    confidence REAL    NOT NULL,
    size       INTEGER NOT NULL,
    PRIMARY KEY (owner, label, photo_id),
    FOREIGN KEY (owner, label) REFERENCES labels (owner, name)
) STRICT, WITHOUT ROWID;

-- Tombstones: photos that are deleted, but whose objects may still be there.
CREATE TABLE deleted_photos (
    owner      TEXT    NOT NULL REFERENCES owners,
    id         TEXT    NOT NULL,
    deleted_at INTEGER NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX deleted_photos_by_time ON deleted_photos (deleted_at);
