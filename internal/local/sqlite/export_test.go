package sqlite

import "context"

// OpenUnsynced is Open without waiting for the disk: for tests of everything but durability.
func OpenUnsynced(ctx context.Context, path string) (*DB, error) { return open(ctx, path, syncNormal) }
