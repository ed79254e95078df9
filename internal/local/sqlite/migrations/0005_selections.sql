-- The last archive that was recorded for each selection, and the photos that the selection was when it was requested. Who
-- asks for an equal selection is given that archive while its photos are the same. A row goes with its archive's end.
CREATE TABLE selections (
    owner       TEXT    NOT NULL,
    hash        TEXT    NOT NULL,
    archive_id  TEXT    NOT NULL,
    photo_count INTEGER NOT NULL,
    photo_bytes INTEGER NOT NULL,
    digest      TEXT    NOT NULL,
    version     INTEGER NOT NULL, -- of the owner
    PRIMARY KEY (owner, hash),
    FOREIGN KEY (owner, archive_id) REFERENCES archives (owner, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX selections_by_archive ON selections (owner, archive_id);

-- Parts end with their archive. Those of archives that were over before had been left behind.
DELETE FROM archive_parts WHERE EXISTS (SELECT 1 FROM archives a WHERE a.owner = archive_parts.owner
    AND a.id = archive_parts.archive_id AND a.status NOT IN ('QUEUED', 'BUILDING'));
