package s3server

import (
	"io"
	"sync"

	"github.com/gofiber/fiber/v3"
)

// gate counts the requests that are being answered, so that Close knows when the last is over: after it the working
// directory is another one, in which no request may look for files. The gateway's own shutdown cannot tell, as it waits
// for connections, and browsers keep some open on which they never send anything.
type gate struct {
	mu     sync.Mutex
	shut   bool
	inside int
	empty  chan struct{} // closed when the gate is shut and nobody is inside
}

func newGate() *gate { return &gate{empty: make(chan struct{})} }

// pass lets a request through, or turns it away when the gate is shut.
func (g *gate) pass(ctx fiber.Ctx) error {
	g.mu.Lock()
	if g.shut {
		g.mu.Unlock()
		ctx.Response().Header.SetConnectionClose()
		return ctx.SendStatus(fiber.StatusServiceUnavailable)
	}
	g.inside++
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.inside--
		if g.shut && g.inside == 0 {
			close(g.empty)
		}
	}()
	err := ctx.Next()
	// A client that is refused is still sending. Unless the rest is read, the connection is reset under its hands, and it
	// learns of a broken connection instead of the reason.
	if body := ctx.Request().BodyStream(); body != nil {
		_, _ = io.CopyN(io.Discard, body, maxUnread)
	}
	return err
}

// maxUnread is how much of a refused request is read to its end, in bytes: more than the largest photo or part.
const maxUnread = 64 << 20

// close shuts the gate. The channel is closed when the last request is over.
func (g *gate) close() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shut {
		g.shut = true
		if g.inside == 0 {
			close(g.empty)
		}
	}
	return g.empty
}
