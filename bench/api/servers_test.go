package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// inProcess is a server in Go that answers orders as its process would.
type inProcess struct {
	orders  *json.Encoder
	answers *json.Decoder
	address string
}

func (p *inProcess) order(t *testing.T, o order) state {
	t.Helper()
	var answer state
	if err := p.orders.Encode(o); err != nil {
		t.Fatal(err)
	}
	if err := p.answers.Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// startInProcess serves until the test ends.
func startInProcess(t *testing.T, kind, settingsFile string) *inProcess {
	t.Helper()
	orders, toServer := io.Pipe()
	fromServer, answers := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serveAPI(t.Context(), kind, settingsFile, orders, answers)
		answers.CloseWithError(err)
		ended <- err
	}()
	p := &inProcess{orders: json.NewEncoder(toServer), answers: json.NewDecoder(fromServer)}
	t.Cleanup(func() {
		toServer.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	p.address = p.order(t, order{Do: whereabouts}).Address
	return p
}

// TestServersInGo asks PAM's server and stock gqlgen for everything that is measured: they must answer alike, and subscribers
// of both must see each commit.
func TestServersInGo(t *testing.T) {
	i, err := newIssuer()
	if err != nil {
		t.Fatal(err)
	}
	jwksURL, closeIssuer, err := i.serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeIssuer(); err != nil {
			t.Error(err)
		}
	})
	tokens, err := i.tokens()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	s := settings{Issuer: issuerURL, JWKSURL: jwksURL, ClientID: clientID, Labels: filepath.Join(folder, labelsFile)}
	if err := writeCounts(s.Labels, newCollection(photoTotal).counts()); err != nil {
		t.Fatal(err)
	}
	settingsFile := filepath.Join(folder, "settings.json")
	if err := writeJSON(settingsFile, s); err != nil {
		t.Fatal(err)
	}
	var servers []*running
	var processes []*inProcess
	for _, kind := range []string{pamProgram, stockProgram} {
		p := startInProcess(t, kind, settingsFile)
		processes = append(processes, p)
		servers = append(servers, &running{program: program{id: kind, name: kind}, address: p.address})
	}
	b := bench{driver: driver{progress: log.New(io.Discard, "", 0)}, tokens: tokens}
	for _, m := range measurements() {
		if m.catalog != inMemory {
			continue
		}
		t.Run(m.id, func(t *testing.T) {
			body, err := m.body()
			if err != nil {
				t.Fatal(err)
			}
			if m.live {
				for _, p := range processes {
					follow(t, p, tokens, body)
				}
				return
			}
			if err := b.compareAnswers(t.Context(), m, servers, body); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("forged token", func(t *testing.T) {
		body, err := labelsQuery().body()
		if err != nil {
			t.Fatal(err)
		}
		for _, server := range servers {
			text, err := askOnce(t.Context(), server.address, tokens[0][:len(tokens[0])-8]+"AAAAAAAA", body)
			if err == nil && !bytes.Contains(text, []byte("UNAUTHENTICATED")) {
				t.Errorf("%s takes any token: %.100s", server.name, text)
			}
		}
	})
}

// follow lets a load generator follow the labels while a server commits photos.
func follow(t *testing.T, p *inProcess, tokens []string, body []byte) {
	t.Helper()
	const commits, streams = 4, 3
	tokensPath, bodyPath := filepath.Join(t.TempDir(), tokensFile), filepath.Join(t.TempDir(), "body.json")
	if err := writeJSON(tokensPath, tokens); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bodyPath, body, 0o600); err != nil {
		t.Fatal(err)
	}
	var g generator
	for range 2 { // the second begins where the first has ended
		p.order(t, order{Do: preparePhotos, Count: commits})
		o := loadOrder{Do: subscribeStreams, Tokens: tokensPath, Body: bodyPath, Barrage: barrage{Address: p.address, PID: os.Getpid(), Connections: streams}}
		if _, err := g.obey(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		made := p.order(t, order{Do: commitPrepared, Interval: time.Millisecond.Microseconds()})
		if len(made.Commits) != commits {
			t.Fatalf("%d commits, want %d", len(made.Commits), commits)
		}
		found, err := g.obey(t.Context(), loadOrder{Do: collectDelays, Commits: made.Commits})
		if err != nil {
			t.Fatal(err)
		}
		if found.Operations < streams || found.Operations > streams*commits || found.Median <= 0 || found.P99 < found.Median || found.Bytes < 100 {
			t.Errorf("found %+v", found)
		}
	}
	if _, err := g.obey(t.Context(), loadOrder{Do: collectDelays}); err == nil {
		t.Error("without a subscription there is nothing to collect")
	}
}
