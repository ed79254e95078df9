package s3server

import (
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
	return ctx.Next()
}

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
