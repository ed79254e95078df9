package sqlite

import "pam/internal/photos"

// Catalog keeps PAM's records in the database. Its methods are split over files by what they keep, as the port is.
type Catalog struct{ db *DB }

var _ photos.Catalog = (*Catalog)(nil)
