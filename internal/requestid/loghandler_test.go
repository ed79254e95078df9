package requestid_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"pam/internal/requestid"
)

func TestLogHandler(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(requestid.LogHandler(slog.NewJSONHandler(&out, nil))).With("part", "test")
	log.InfoContext(requestid.With(context.Background(), "abc"), "inside")
	log.InfoContext(context.Background(), "outside")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"requestId":"abc"`) || !strings.Contains(lines[0], `"part":"test"`) {
		t.Errorf("a record of a request must carry its id: %s", out.String())
	}
	if strings.Contains(lines[len(lines)-1], "requestId") {
		t.Errorf("a record of no request must not claim one: %s", out.String())
	}
}
