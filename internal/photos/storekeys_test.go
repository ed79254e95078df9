package photos_test

import (
	"slices"
	"strings"

	"pam/internal/photos"
)

// deleteKeys and listKeys do for the stores of the tests what photos.ObjectStore asks of Delete and List, whatever they
// keep of an object.

func deleteKeys[V any](objects map[photos.Object]V, bucket photos.Bucket, keys []string) {
	for _, key := range keys {
		delete(objects, photos.Object{Bucket: bucket, Key: key})
	}
}

func listKeys[V any](objects map[photos.Object]V, bucket photos.Bucket, prefix, after string, limit int) []string {
	var keys []string
	for o := range objects {
		if o.Bucket == bucket && strings.HasPrefix(o.Key, prefix) && o.Key > after {
			keys = append(keys, o.Key)
		}
	}
	slices.Sort(keys)
	return keys[:min(len(keys), limit)]
}
