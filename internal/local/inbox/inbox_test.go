package inbox_test

import (
	"bufio"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pam/internal/local/inbox"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

// open gives an inbox on the real database and a mail server that keeps what it gets.
func open(t *testing.T) (*inbox.Inbox, func() []string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "pam.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	addr, messages := mailServer(t)
	in, err := inbox.New(inbox.Config{Subscriptions: db.Subscriptions(), SMTP: "smtp://" + addr, From: "pam@example.org", Site: "http://127.0.0.1:8080/"})
	if err != nil {
		t.Fatal(err)
	}
	return in, messages
}

func TestNotifierConformance(t *testing.T) {
	in, messages := open(t)
	to := regexp.MustCompile(`(?m)^To: <(.*)>`)
	photostest.Notifier(t, photostest.NotifierUnderTest{Notifier: in, Sent: func() []string {
		var addresses []string
		for _, m := range messages() {
			addresses = append(addresses, to.FindStringSubmatch(m)[1])
		}
		return addresses
	}})
}

// mailServer speaks just enough SMTP (RFC 5321) to take messages, and keeps them.
func mailServer(t *testing.T) (addr string, messages func() []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var mu sync.Mutex
	var got []string
	serve := func(c net.Conn) {
		defer c.Close()
		r := bufio.NewReader(c)
		say := func(line string) { c.Write([]byte(line + "\r\n")) }
		say("220 test")
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			switch command := strings.ToUpper(strings.TrimSpace(line)); {
			case strings.HasPrefix(command, "DATA"):
				say("354 go on")
				var body strings.Builder
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					if line == ".\r\n" {
						break
					}
					body.WriteString(line)
				}
				mu.Lock()
				got = append(got, strings.ReplaceAll(body.String(), "=\r\n", "")) // soft line breaks of quoted-printable
				mu.Unlock()
				say("250 taken")
			case strings.HasPrefix(command, "QUIT"):
				say("221 bye")
				return
			default:
				say("250 fine")
			}
		}
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return l.Addr().String(), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), got...)
	}
}

func TestMessages(t *testing.T) {
	in, messages := open(t)
	ctx := t.Context()
	ready := photos.Notice{Owner: "a", ID: "1-ready", Kind: photos.NoticeArchiveReady, ArchiveID: "1"}
	archive := photos.Archive{
		Owner: "a", ID: "1", Name: "Fuchs & Häher\r\nBcc: x@example.org", PhotoCount: 3, SkippedCount: 1, Size: 99,
		ExpiresAt: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC),
	}
	if _, err := in.Subscribe(ctx, "a", "dan@example.org"); err != nil {
		t.Fatal(err)
	}
	if err := in.Notify(ctx, ready, archive); err != nil {
		t.Fatal(err)
	}
	failed := archive
	failed.Failure = &photos.ArchiveFailure{Code: "NOT_FOUND", Message: "All photos were deleted."}
	if err := in.Notify(ctx, photos.Notice{Owner: "a", ID: "1-failed", Kind: photos.NoticeArchiveFailed}, failed); err != nil {
		t.Fatal(err)
	}
	got := messages()
	if len(got) != 2 {
		t.Fatalf("%d messages, want 2", len(got))
	}
	for _, want := range []string{"To: <dan@example.org>", "Message-ID: <1-ready@pam>", "2 photos, 99 bytes", "1 May 2026 12:00 UTC", "http://127.0.0.1:8080/archives/"} {
		if !strings.Contains(got[0], want) {
			t.Errorf("the message lacks %q:\n%s", want, got[0])
		}
	}
	headers, _, _ := strings.Cut(got[0], "\r\n\r\n")
	if strings.Contains(headers, "\r\nBcc:") {
		t.Errorf("a name with a line break became a header:\n%s", headers)
	}
	if !strings.Contains(got[1], "All photos were deleted.") {
		t.Errorf("the message of a failure lacks its reason:\n%s", got[1])
	}
}

func TestNewRefusesBadServers(t *testing.T) {
	for _, c := range []struct{ name, reason, smtp, from string }{
		{"scheme", "only SMTP is spoken", "http://mail.example.org", "pam@example.org"},
		{"no host", "there would be nothing to dial", "smtp://", "pam@example.org"},
		{"port", "a port is a number", "smtp://mail.example.org:many", "pam@example.org"},
		{"sender", "a server refuses a sender without a domain", "smtp://mail.example.org", "pam"},
		{"secret", "an error must not echo the password", "smtp://user:geheim%zz@mail.example.org", "pam@example.org"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := inbox.New(inbox.Config{SMTP: c.smtp, From: c.from})
			if err == nil {
				t.Fatalf("accepted, although %s", c.reason)
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Fatalf("%s: %v", c.reason, err)
			}
		})
	}
}
