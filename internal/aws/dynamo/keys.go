package dynamo

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"pam/internal/photos"
)

// key names an item.
type key struct{ pk, sk string }

// fits says whether DynamoDB takes the key. What came from a caller may be longer than any key that was ever written.
func (k key) fits() bool { return len(k.pk) <= maxPartitionKeyBytes && len(k.sk) <= maxSortKeyBytes }

// The separator of keys' elements, and the character after it, which ends a range of keys that begin alike.
const (
	separator = "#"
	behind    = "$"
)

// Sort keys of the owner's partition begin with what they are about.
const (
	photoPrefix     = "P#"
	labelPrefix     = "L#"
	hashPrefix      = "H#"
	archivePrefix   = "A#"
	keyPrefix       = "K#"
	selectionPrefix = "X#"
	givenPrefix     = "N#"
	noticePrefix    = "M#"
	slicePrefix     = "S#"
	resultPrefix    = "R#"
)

// element writes an owner as an element of a key: without the separator, and so that elements sort as owners do, also
// when one begins with another. Characters up to "$" become "$" and two digits; subjects of tokens have none of them.
func element(owner photos.Owner) string {
	plain := string(owner)
	if strings.IndexFunc(plain, func(r rune) bool { return r <= '$' }) < 0 {
		return plain
	}
	var b strings.Builder
	for i := range len(plain) {
		if c := plain[i]; c <= '$' {
			fmt.Fprintf(&b, "$%02x", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func ownerPartition(owner photos.Owner) string { return "O#" + element(owner) }

func statsKey(owner photos.Owner) key { return key{ownerPartition(owner), "STATS"} }

func archiveCountKey(owner photos.Owner) key { return key{ownerPartition(owner), "ARCHIVES"} }

func photoKey(owner photos.Owner, id string) key { return key{ownerPartition(owner), photoPrefix + id} }

func labelKey(owner photos.Owner, name string) key {
	return key{ownerPartition(owner), labelPrefix + name}
}

func hashKey(owner photos.Owner, sha256, id string) key {
	return key{ownerPartition(owner), hashPrefix + sha256 + separator + id}
}

func archiveKey(owner photos.Owner, id string) key {
	return key{ownerPartition(owner), archivePrefix + id}
}

func edgePartition(owner photos.Owner, label string) string {
	return ownerPartition(owner) + "#L#" + label
}

func edgeKey(owner photos.Owner, label, id string) key {
	return key{edgePartition(owner, label), photoPrefix + id}
}

func rejectedPartition(owner photos.Owner) string { return ownerPartition(owner) + "#REJECTED" }

func planPartition(owner photos.Owner, id, plan string) string {
	return ownerPartition(owner) + "#A#" + id + separator + plan
}

// noticeKey sorts notices by time and then by id.
func noticeKey(owner photos.Owner, at time.Time, id string) key {
	return key{ownerPartition(owner), noticePrefix + sortable(at) + separator + id}
}

// sortable writes a time so that texts sort as times do.
func sortable(t time.Time) string { return fmt.Sprintf("%015d", t.UnixMilli()) }

// shards is over how many partitions that which crosses owners is spread. A partition takes 1,000 write units a second; a
// photo costs two when it is added and two when it is labelled, so 16 shards take about 4,000 photos a second of all owners
// together. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html. The
// number can only be changed together with every item of these partitions.
const shards = 16

// Kinds of partitions that cross owners.
type sharded string

const (
	pendingShards    sharded = "PENDING"
	deletedShards    sharded = "DELETED"
	unfinishedShards sharded = "UNFINISHED"
	readyShards      sharded = "READY"
	ownerShards      sharded = "OWNERS"
)

// partition is the nth of a kind.
func (s sharded) partition(n int) string { return fmt.Sprintf("%s#%02d", s, n) }

// of is the partition of a kind that holds an owner.
func (s sharded) of(owner photos.Owner) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(owner)) // never fails
	return s.partition(int(h.Sum32() % shards))
}

// key is that of something of an owner.
func (s sharded) key(owner photos.Owner, id string) key {
	return key{s.of(owner), element(owner) + separator + id}
}

func ownerKey(owner photos.Owner) key { return key{ownerShards.of(owner), element(owner)} }

func readyKey(owner photos.Owner, id string, end time.Time) key {
	return key{readyShards.of(owner), sortable(end) + separator + element(owner) + separator + id}
}
