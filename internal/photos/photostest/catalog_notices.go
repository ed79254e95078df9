package photostest

import (
	"fmt"
	"testing"
	"time"

	"pam/internal/photos"
)

func (c catalogTest) notice(n int, when time.Time) photos.Notice {
	return photos.Notice{Owner: c.owner, ID: fmt.Sprintf("%s-ready", id(n)), Kind: photos.NoticeArchiveReady, At: when, ArchiveID: id(n)}
}

func noticeCases() []catalogCase {
	return []catalogCase{
		{"Order", "notices are listed newest first; those of one millisecond by id, and pages neither skip nor repeat", func(t *testing.T, c catalogTest) {
			// By time, latest first, and then by id, highest first.
			want := []photos.Notice{c.notice(2, at(30)), c.notice(9, at(20)), c.notice(5, at(20)), c.notice(4, at(20)), c.notice(7, at(10))}
			for _, i := range []int{3, 0, 4, 2, 1} {
				c.ok(t, "AddNotice", c.AddNotice(t.Context(), want[i]))
			}
			for size := 1; size <= 6; size++ {
				var got []photos.Notice
				for after := (*photos.Notice)(nil); ; {
					page, err := c.ListNotices(t.Context(), c.owner, after, size)
					c.ok(t, "ListNotices", err)
					got = append(got, page...)
					if len(page) < size {
						break
					}
					after = &photos.Notice{At: page[size-1].At, ID: page[size-1].ID}
				}
				same(t, c, fmt.Sprintf("pages of %d", size), got, want)
			}
			n, err := c.CountNotices(t.Context(), c.owner)
			c.ok(t, "CountNotices", err)
			same(t, c, "CountNotices", n, 5)
		}},
		{"Twice", "a notice that is given twice is one, and stays as it was", func(t *testing.T, c catalogTest) {
			first := c.notice(1, at(1))
			c.ok(t, "AddNotice", c.AddNotice(t.Context(), first))
			c.ok(t, "AddNotice", c.AddNotice(t.Context(), c.notice(1, at(99))))
			got, err := c.ListNotices(t.Context(), c.owner, nil, 10)
			c.ok(t, "ListNotices", err)
			same(t, c, "ListNotices", got, []photos.Notice{first})
			n, err := c.CountNotices(t.Context(), c.owner)
			c.ok(t, "CountNotices", err)
			same(t, c, "CountNotices", n, 1)
		}},
		{"Empty", "an owner without notices has none, and no error", func(t *testing.T, c catalogTest) {
			got, err := c.ListNotices(t.Context(), c.owner, nil, 10)
			c.ok(t, "ListNotices", err)
			same(t, c, "ListNotices", got, nil)
			got, err = c.ListNotices(t.Context(), c.owner, &photos.Notice{At: at(1), ID: "x"}, 10)
			c.ok(t, "ListNotices", err)
			same(t, c, "ListNotices", got, nil)
		}},
	}
}
