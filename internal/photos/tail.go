package photos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"pam/internal/zipper"
)

// tail sends bytes as the parts that were cut for them, holding one part in memory.
type tail struct {
	library *Library
	archive Archive
	cuts    []zipper.TailPart
	buf     []byte // what there is of the next part; as large as the largest
	sent    []UploadedPart
}

// newTail takes the memory for a tail; release must be called.
func (l *Library) newTail(ctx context.Context, a Archive, cuts []zipper.TailPart) (t *tail, release func(), err error) {
	var largest int64
	for _, cut := range cuts {
		largest = max(largest, cut.Size)
	}
	buf, release, err := l.buffers.take(ctx, int(largest))
	if err != nil {
		return nil, nil, fmt.Errorf("wait for memory: %w", err)
	}
	return &tail{library: l, archive: a, cuts: cuts, buf: buf[:0]}, release, nil
}

func (t *tail) write(ctx context.Context, p []byte) error {
	for len(p) > 0 {
		room, err := t.room()
		if err != nil {
			return err
		}
		n := min(len(p), room)
		t.buf = append(t.buf, p[:n]...)
		p = p[n:]
		if err := t.sendFull(ctx); err != nil {
			return err
		}
	}
	return nil
}

// room is how many bytes the next part lacks.
func (t *tail) room() (int, error) {
	if len(t.sent) == len(t.cuts) {
		return 0, errors.New("the tail is longer than planned")
	}
	return int(t.cuts[len(t.sent)].Size) - len(t.buf), nil
}

// sendFull sends the next part if it is full.
func (t *tail) sendFull(ctx context.Context) error {
	cut := t.cuts[len(t.sent)]
	if int64(len(t.buf)) < cut.Size {
		return nil
	}
	sum := crc32.ChecksumIEEE(t.buf)
	etag, err := t.library.Objects.UploadPart(ctx, t.archive.Object(), t.archive.UploadID, cut.Number, t.buf, sum)
	if err != nil {
		return err
	}
	t.sent = append(t.sent, UploadedPart{Number: cut.Number, ETag: etag, Size: cut.Size, Checksum: Checksum{sum, true}})
	t.buf = t.buf[:0]
	return nil
}

// errPieceGone says that an object which a builder stored beside the upload is gone.
var errPieceGone = errors.New("a piece of a part is gone")

// tailPiece is something that goes into the tail: an object, or bytes that are here already.
type tailPiece struct {
	key  string
	size int64
	here []byte
}

// openAhead is how many pieces are opened before they are read, so that a far store costs its latency once for all of them.
const openAhead = 16

// copyObjects writes objects of ours one after the other.
func (t *tail) copyObjects(ctx context.Context, pieces []tailPiece) error {
	type opened struct {
		body io.ReadCloser
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	ahead := make(chan chan opened, openAhead)
	go func() {
		defer close(ahead)
		for _, piece := range pieces {
			next := make(chan opened, 1)
			select {
			case ahead <- next:
			case <-ctx.Done():
				return
			}
			go func() {
				body, err := t.open(ctx, piece)
				next <- opened{body, err}
			}()
		}
	}()
	defer func() { // whatever was opened in vain
		cancel()
		for next := range ahead {
			if o := <-next; o.body != nil {
				_ = o.body.Close()
			}
		}
	}()
	for _, piece := range pieces {
		next, ok := <-ahead
		if !ok {
			return context.Cause(ctx)
		}
		o := <-next
		if o.err != nil {
			return o.err
		}
		err := t.readFrom(ctx, o.body, piece)
		if err := errors.Join(err, o.body.Close()); err != nil {
			return err
		}
	}
	return nil
}

// open opens an object of ours that must have the size of the piece.
func (t *tail) open(ctx context.Context, piece tailPiece) (io.ReadCloser, error) {
	if int64(len(piece.here)) == piece.size {
		return io.NopCloser(bytes.NewReader(piece.here)), nil
	}
	body, info, err := t.library.Objects.Get(ctx, Object{WorkingBucket, piece.key}, 0, 0, "")
	switch {
	case CodeOf(err) == NotFound:
		return nil, errPieceGone // not to be taken for an upload that is gone
	case err != nil:
		return nil, err
	case info.Size != piece.size:
		return nil, errors.Join(body.Close(), fmt.Errorf("%s has %d bytes and should have %d",
			strings.TrimPrefix(piece.key, archivesPrefix), info.Size, piece.size))
	}
	return body, nil
}

// readFrom writes the bytes of a piece, from the socket into the part.
func (t *tail) readFrom(ctx context.Context, body io.Reader, piece tailPiece) error {
	for left := piece.size; left > 0; {
		room, err := t.room()
		if err != nil {
			return err
		}
		have := len(t.buf)
		t.buf = t.buf[:have+int(min(left, int64(room)))]
		n, err := io.ReadFull(body, t.buf[have:])
		if err != nil {
			return fmt.Errorf("read %s: %w", strings.TrimPrefix(piece.key, archivesPrefix), err)
		}
		left -= int64(n)
		if err := t.sendFull(ctx); err != nil {
			return err
		}
	}
	return nil
}
