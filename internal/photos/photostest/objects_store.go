package photostest

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pam/internal/photos"
)

func testStore(t *testing.T, s objectsTest) {
	cases := []struct {
		name    string
		reason  string
		object  photos.Object
		content []byte
		kind    string
	}{
		{"Small", "a thumbnail is a small object", s.storage("thumb"), pattern(1, 1000), "image/jpeg"},
		{"Empty", "an object may be empty", s.working("empty"), nil, "text/csv"},
		{"Large", "a plan may be some megabytes", s.working("plan"), pattern(2, 6<<20), "application/octet-stream"},
		{"Deep", "keys have slashes", s.working("archives/01ABC/part/7"), pattern(3, 10), "application/octet-stream"},
		{"Odd", "an owner's id may have any characters", s.storage("a b+c%2F(é)&=?#\"'"), pattern(4, 10), "image/png"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := s.Put(t.Context(), c.object, c.kind, c.content); err != nil {
				t.Fatalf("%s: Put: %v", c.reason, err)
			}
			s.forget(t, c.object)
			head, err := s.Head(t.Context(), c.object)
			if err != nil {
				t.Fatalf("%s: Head: %v", c.reason, err)
			}
			if head.Size != int64(len(c.content)) || head.ContentType != c.kind {
				t.Errorf("%s: Head: %d bytes of %q, want %d of %q", c.reason, head.Size, head.ContentType, len(c.content), c.kind)
			}
			if len(head.ETag) < 3 || head.ETag[0] != '"' || head.ETag[len(head.ETag)-1] != '"' {
				t.Errorf("%s: Head: ETag %s, want it in quotes", c.reason, head.ETag)
			}
			if age := time.Since(head.LastModified); age < -time.Minute || age > time.Hour {
				t.Errorf("%s: Head: last modified %v ago, want just now", c.reason, age)
			}
			got, info, err := s.get(t, c.object, 0, 0, head.ETag)
			if err != nil {
				t.Fatalf("%s: Get by its ETag: %v", c.reason, err)
			}
			if info != head {
				t.Errorf("%s: Get says %+v, want what Head says, %+v", c.reason, info, head)
			}
			sameBytes(t, c.reason, "Get", got, c.content)
		})
	}

	t.Run("Replace", func(t *testing.T) {
		const reason = "writing again replaces, and reads see the last write"
		o := s.working("replaced")
		s.put(t, o, pattern(1, 100))
		before, err := s.Head(t.Context(), o)
		if err != nil {
			t.Fatalf("%s: Head: %v", reason, err)
		}
		s.put(t, o, pattern(2, 200))
		sameBytes(t, reason, "Get", s.read(t, o), pattern(2, 200))
		_, _, err = s.get(t, o, 0, 0, before.ETag)
		want(t, reason, "Get by the ETag of before", err, photos.Conflict)
	})

	t.Run("Missing", func(t *testing.T) {
		const reason = "what is not there is NotFound, with and without a condition"
		o := s.storage("missing")
		_, err := s.Head(t.Context(), o)
		want(t, reason, "Head", err, photos.NotFound)
		_, _, err = s.get(t, o, 0, 0, "")
		want(t, reason, "Get", err, photos.NotFound)
		_, _, err = s.get(t, o, 0, 0, `"0123456789abcdef0123456789abcdef"`)
		want(t, reason, "Get by ETag", err, photos.NotFound)
		s.put(t, s.storage("folder/file"), pattern(1, 10))
		_, err = s.Head(t.Context(), s.storage("folder"))
		want(t, "a common prefix of keys is not a key", "Head", err, photos.NotFound)
	})

	t.Run("Buckets", func(t *testing.T) {
		const reason = "the buckets are two places"
		s.put(t, s.storage("here"), pattern(1, 10))
		_, err := s.Head(t.Context(), s.working("here"))
		want(t, reason, "Head in the other bucket", err, photos.NotFound)
	})
}

func testRanges(t *testing.T, s objectsTest) {
	content := pattern(5, 100_000)
	o := s.storage("ranged")
	s.put(t, o, content)
	head, err := s.Head(t.Context(), o)
	if err != nil {
		t.Fatalf("%s: Head: %v", s.reason, err)
	}
	cases := []struct {
		name           string
		reason         string
		offset, length int64
		want           []byte
	}{
		{"First", "the first byte is at offset 0", 0, 1, content[:1]},
		{"Middle", "a range may lie anywhere", 12_345, 6_789, content[12_345 : 12_345+6_789]},
		{"End", "a range may end with the object", 99_990, 10, content[99_990:]},
		{"PastEnd", "a range that is longer than the rest gives the rest", 99_990, 1000, content[99_990:]},
		{"Whole", "a range may be everything", 0, 100_000, content},
		{"NoLength", "without a length it is the whole object, whatever the offset", 50, 0, content},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, info, err := s.get(t, o, c.offset, c.length, head.ETag)
			if err != nil {
				t.Fatalf("%s: %v", c.reason, err)
			}
			sameBytes(t, c.reason, "Get", got, c.want)
			if info.Size != int64(len(content)) {
				t.Errorf("%s: size %d, want that of the whole object, %d", c.reason, info.Size, len(content))
			}
		})
	}
	_, _, err = s.get(t, o, 0, 10, `"0123456789abcdef0123456789abcdef"`)
	want(t, "the condition holds for ranges too", "Get", err, photos.Conflict)
}

func testLists(t *testing.T, s objectsTest) {
	// "-" and "." sort before "/", "0" and letters after it: a store that walks folders is easily wrong here.
	names := []string{"a-b", "a.b", "a/b", "a/b-c", "a/c/d", "a0", "ab", "b", "ä"}
	var keys []string
	for _, name := range names {
		s.put(t, s.working(name), []byte(name))
		keys = append(keys, s.prefix+name)
	}
	slices.Sort(keys)
	cases := []struct {
		name          string
		reason        string
		prefix, after string
		limit         int
		want          []string
	}{
		{"All", "keys come in byte order", "", "", 1000, keys},
		{"Prefix", "a prefix need not end with a slash", "a/b", "", 1000, []string{s.prefix + "a/b", s.prefix + "a/b-c"}},
		{"Limit", "no more than asked for", "", "", 3, keys[:3]},
		{"After", "the key itself is not given again", "", keys[2], 1000, keys[3:]},
		{"AfterGone", "the key to go on from need not exist", "", s.prefix + "a/bb", 1000, keys[slices.Index(keys, s.prefix+"a/c/d"):]},
		{"AfterLast", "nothing follows the last", "", keys[len(keys)-1], 10, nil},
		{"NoMatch", "no key is no error", "zzz", "", 10, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.List(t.Context(), photos.WorkingBucket, s.prefix+c.prefix, c.after, c.limit)
			if err != nil {
				t.Fatalf("%s: %v", c.reason, err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s:\n got %q\nwant %q", c.reason, got, c.want)
			}
		})
	}
	t.Run("Pages", func(t *testing.T) {
		var got []string
		for after := ""; ; {
			page, err := s.List(t.Context(), photos.WorkingBucket, s.prefix, after, 2)
			if err != nil {
				t.Fatalf("page after %q: %v", after, err)
			}
			if len(page) == 0 {
				break
			}
			got = append(got, page...)
			after = page[len(page)-1]
		}
		if !slices.Equal(got, keys) {
			t.Errorf("pages of two give every key once:\n got %q\nwant %q", got, keys)
		}
	})
	for _, limit := range []int{0, 1001} {
		if _, err := s.List(t.Context(), photos.WorkingBucket, s.prefix, "", limit); err == nil {
			t.Errorf("the limit is 1 to 1,000: List with %d gives no error", limit)
		}
	}
}

func testDeletes(t *testing.T, s objectsTest) {
	ctx := t.Context()
	kept := s.storage("kept")
	s.put(t, kept, []byte("kept"))
	var keys []string
	for i := range 5 {
		o := s.storage(fmt.Sprintf("gone/%d &<>\"é", i)) // the request is XML
		s.put(t, o, []byte("gone"))
		keys = append(keys, o.Key)
	}
	if err := s.Delete(ctx, photos.StorageBucket, append(keys, s.prefix+"never there")...); err != nil {
		t.Fatalf("%s: Delete: %v", s.reason, err)
	}
	if err := s.Delete(ctx, photos.StorageBucket, keys...); err != nil {
		t.Errorf("%s: Delete again: %v", s.reason, err)
	}
	for _, key := range keys {
		_, err := s.Head(ctx, photos.Object{Bucket: photos.StorageBucket, Key: key})
		want(t, s.reason, "Head", err, photos.NotFound)
	}
	left, err := s.List(ctx, photos.StorageBucket, s.prefix, "", 10)
	if err != nil || !slices.Equal(left, []string{kept.Key}) {
		t.Errorf("nothing else is deleted: %q are left (%v), want %q", left, err, kept.Key)
	}
	if err := s.Delete(ctx, photos.StorageBucket); err == nil {
		t.Error("Delete takes 1 to 1,000 keys: none gives no error")
	}
	if err := s.Delete(ctx, photos.StorageBucket, make([]string, 1001)...); err == nil {
		t.Error("Delete takes 1 to 1,000 keys: 1,001 give no error")
	}
	s.put(t, s.storage(fmt.Sprintf("gone/%d &<>\"é", 0)), []byte("back"))
	sameBytes(t, "a deleted key can be written again", "Get", s.read(t, s.storage("gone/0 &<>\"é")), []byte("back"))
}

func testConcurrency(t *testing.T, s objectsTest) {
	ctx := t.Context()
	var group sync.WaitGroup
	for i := range 32 {
		group.Go(func() {
			o := s.working(fmt.Sprintf("own/%d", i))
			content := pattern(i, 20_000)
			if err := s.Put(ctx, o, "image/jpeg", content); err != nil {
				t.Errorf("%s: Put: %v", s.reason, err)
				return
			}
			body, _, err := s.Get(ctx, o, 0, 0, "")
			if err != nil {
				t.Errorf("%s: Get: %v", s.reason, err)
				return
			}
			var got bytes.Buffer
			if _, err := got.ReadFrom(body); err != nil {
				t.Errorf("%s: read: %v", s.reason, err)
			}
			if err := body.Close(); err != nil {
				t.Errorf("%s: close: %v", s.reason, err)
			}
			sameBytes(t, s.reason, "Get", got.Bytes(), content)
			if err := s.Delete(ctx, o.Bucket, o.Key); err != nil {
				t.Errorf("%s: Delete: %v", s.reason, err)
			}
		})
	}
	group.Wait()

	t.Run("Beside", func(t *testing.T) {
		s.needs(t, "Concurrency/Beside")
		const reason = "deleting the last of some keys does not disturb who writes beside it"
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				o := s.storage(fmt.Sprintf("beside/owner/%d", i))
				for range 25 {
					if err := s.Put(ctx, o, "image/jpeg", []byte("x")); err != nil {
						t.Errorf("%s: Put: %v", reason, err)
					}
					if _, err := s.Head(ctx, o); err != nil {
						t.Errorf("%s: Head: %v", reason, err)
					}
					if err := s.Delete(ctx, o.Bucket, o.Key); err != nil {
						t.Errorf("%s: Delete: %v", reason, err)
					}
				}
			})
		}
		group.Wait()
	})

	const reason = "of writers of one key one wins whole: nobody reads a mixture"
	one := s.working("one")
	s.put(t, one, pattern(0, 50_000))
	versions := map[uint32]bool{sum(pattern(0, 50_000)): true}
	for i := 1; i <= 8; i++ {
		versions[sum(pattern(i, 50_000))] = true
	}
	for i := 1; i <= 8; i++ {
		group.Go(func() {
			if err := s.Put(ctx, one, "image/jpeg", pattern(i, 50_000)); err != nil {
				t.Errorf("%s: Put: %v", reason, err)
			}
		})
		group.Go(func() {
			content, _, err := s.get(t, one, 0, 0, "")
			if err != nil || !versions[sum(content)] {
				t.Errorf("%s: Get: %d bytes that nobody wrote (%v)", reason, len(content), err)
			}
		})
	}
	group.Wait()
}
