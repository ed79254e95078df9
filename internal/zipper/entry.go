package zipper

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// MaxNameLength is the longest name of an entry, in bytes: the longest file name of ext4, and more than NTFS and APFS
// take only for names that are not ASCII.
const MaxNameLength = 255

// ErrInvalidEntry marks an entry that cannot be written.
var ErrInvalidEntry = errors.New("invalid zip entry")

// Entry is one stored file of a zip.
type Entry struct {
	// Name is the path inside the zip. A Namer makes good ones.
	Name string
	// Size is the number of bytes of the file.
	Size int64
	// CRC32 is the IEEE CRC-32 of the file.
	CRC32 uint32
	// Modified is shown by its wall clock, in whatever location it carries: the zip records year to second (even
	// seconds only) but no zone. Times before 1980 and after 2107 are moved to the nearest that the format has.
	Modified time.Time
}

// Validate gives an error that wraps ErrInvalidEntry when the entry has a negative size or a name that is empty, longer
// than MaxNameLength or not UTF-8. The functions that write headers expect a valid entry.
func (e Entry) Validate() error {
	switch {
	case e.Name == "":
		return fmt.Errorf("%w: empty name", ErrInvalidEntry)
	case len(e.Name) > MaxNameLength:
		return fmt.Errorf("%w: name of %d bytes, at most %d", ErrInvalidEntry, len(e.Name), MaxNameLength)
	case !utf8.ValidString(e.Name):
		return fmt.Errorf("%w: name %q is not UTF-8", ErrInvalidEntry, e.Name)
	case e.Size < 0:
		return fmt.Errorf("%w: %q has size %d", ErrInvalidEntry, e.Name, e.Size)
	}
	return nil
}
