package main

import (
	"bytes"
	"strings"
	"testing"
)

// The local login asks for no password, so nobody else may reach it.
func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		args         []string
		refusal      string // "" for settings that are fine
	}{
		{"default", "loopback is where the local login may be", []string{}, ""},
		{"localhost", "it is loopback by another name", []string{"--addr", "localhost:0"}, ""},
		{"IPv6", "it is loopback of the other protocol", []string{"--addr", "[::1]:0"}, ""},
		{"everywhere", "anybody on the network could be anybody", []string{"--addr", "0.0.0.0:8080"}, "loopback"},
		{"no host", "it means everywhere", []string{"--addr", ":8080"}, "loopback"},
		{"name", "what a name means changes", []string{"--addr", "photos.example.org:80"}, "loopback"},
		{"store everywhere", "the store is part of it", []string{"--s3-addr", "192.0.2.1:80"}, "loopback"},
		{"loopback in IPv6 clothes", "it is loopback all the same", []string{"--addr", "[::ffff:127.0.0.1]:0"}, ""},
		{"outside login, everywhere", "links would lead to no host", []string{"--addr", "0.0.0.0:0", "--issuer", "https://login.example.org", "--client-id", "web"}, "names no host"},
		{"outside login", "a real login asks for a password", []string{"--addr", "192.0.2.1:0", "--issuer", "https://login.example.org", "--client-id", "web"}, ""},
		{"outside login without client", "tokens for any client would be good", []string{"--issuer", "https://login.example.org"}, "--client-id"},
		{"client without login", "the local login has its own clients", []string{"--client-id", "web"}, "--issuer"},
		{"no worker", "archives would stay QUEUED for ever", []string{"--archive-workers", "0"}, "--archive-workers"},
		{"little memory", "the largest parts would find no room", []string{"--archive-memory", "47MiB"}, "--archive-memory"},
		{"just enough memory", "the largest parts find room", []string{"--archive-memory", "48MiB"}, ""},
		{"no port", "there would be nothing to listen on", []string{"--addr", "127.0.0.1"}, "host:port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s settings
			cmd := serveCommand()
			if err := cmd.ParseFlags(c.args); err != nil {
				t.Fatal(err)
			}
			s.addr, _ = cmd.Flags().GetString("addr")
			s.s3Addr, _ = cmd.Flags().GetString("s3-addr")
			s.issuer, _ = cmd.Flags().GetString("issuer")
			s.clientIDs, _ = cmd.Flags().GetStringSlice("client-id")
			s.archiveWorkers, _ = cmd.Flags().GetInt("archive-workers")
			if err := s.archiveMemory.Set(cmd.Flags().Lookup("archive-memory").Value.String()); err != nil {
				t.Fatal(err)
			}
			err := s.check()
			switch {
			case c.refusal == "" && err != nil:
				t.Errorf("refused, although %s: %v", c.reason, err)
			case c.refusal != "" && (err == nil || !strings.Contains(err.Error(), c.refusal)):
				t.Errorf("got %v, want a refusal that says %q: %s", err, c.refusal, c.reason)
			}
		})
	}
}

func TestCheckCommandNeedsData(t *testing.T) {
	root := rootCommand()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs([]string{"check", "--data", t.TempDir()})
	if err := root.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), "no PAM data") {
		t.Errorf("a folder without data was checked: %v, %s", err, out.String())
	}
}
