package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pam/bench/process"
)

// driver measures. Its fields are the command's flags.
type driver struct {
	rounds, requests   int
	only, profiles     string
	scratch            string
	peers, contract    string
	withoutNode        bool
	server, generators int // the processors of servers and of the load generator
	progress           *log.Logger
}

// bench is what a run has set up.
type bench struct {
	driver
	folder   string // of the run's files
	settings settings
	tokens   []string
	load     *process.Process
	programs []program
}

// The files of a run.
const (
	labelsFile   = "labels.json"
	tokensFile   = "tokens.json"
	databaseFile = "collection.db" // each server gets a copy
)

// measure sets up the collection, the issuer and the load generator, measures everything, and removes what it made.
func (d driver) measure(ctx context.Context) (results []result, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b := bench{driver: d, programs: programs(self, d.peers)}
	if b.folder, err = os.MkdirTemp(d.scratch, "run-*"); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.folder)) }()
	if err := b.writeCollection(ctx); err != nil {
		return nil, err
	}
	i, err := newIssuer()
	if err != nil {
		return nil, err
	}
	jwksURL, closeIssuer, err := i.serve(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeIssuer()) }()
	if b.tokens, err = i.tokens(); err != nil {
		return nil, err
	}
	if err := writeJSON(b.file(tokensFile), b.tokens); err != nil {
		return nil, err
	}
	b.settings = settings{Issuer: issuerURL, JWKSURL: jwksURL, ClientID: clientID, Labels: b.file(labelsFile), Contract: d.contract}
	if b.load, err = process.Start(ctx, process.Config{Processors: []int{d.generators}}, self, "work", "load"); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.load.Stop()) }()
	for _, m := range b.chosen() {
		found, err := b.measurement(ctx, m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.title(), err)
		}
		results = append(results, found...)
	}
	return results, nil
}

func (b bench) file(name string) string { return filepath.Join(b.folder, name) }

func (d driver) chosen() []measurement {
	return slices.DeleteFunc(measurements(), func(m measurement) bool { return !strings.Contains(m.title(), d.only) })
}

// writeCollection makes the list of labels and, where it is wanted, the database.
func (b bench) writeCollection(ctx context.Context) error {
	c := newCollection(photoTotal)
	counts := c.counts()
	if err := writeCounts(b.file(labelsFile), counts); err != nil {
		return err
	}
	if !slices.ContainsFunc(b.chosen(), func(m measurement) bool { return m.catalog == inDatabase }) {
		return nil
	}
	b.progress.Printf("making a database of %d photos and %d labels", photoTotal, labelTotal)
	return seedDatabase(ctx, b.file(databaseFile), c, counts)
}

// measurement starts the programs that take part, compares their answers, and lets them take turns.
func (b bench) measurement(ctx context.Context, m measurement) (results []result, err error) {
	body, err := m.body()
	if err != nil {
		return nil, err
	}
	bodyFile := b.file("request.json")
	if err := os.WriteFile(bodyFile, body, 0o600); err != nil {
		return nil, err
	}
	var servers []*running
	defer func() {
		for _, s := range servers {
			err = errors.Join(err, s.Stop())
		}
	}()
	for _, p := range b.programs {
		if !p.inGo && (!m.everyone || b.withoutNode) {
			continue
		}
		settingsFile, err := b.writeSettings(m, p)
		if err != nil {
			return nil, err
		}
		s, err := p.start(ctx, b.server, settingsFile)
		if s != nil {
			servers = append(servers, s)
		}
		if err != nil {
			return nil, fmt.Errorf("start %s: %w", p.name, err)
		}
	}
	if !m.live {
		if err := b.compareAnswers(ctx, m, servers, body); err != nil {
			return nil, err
		}
	}
	if results, err = b.takeTurns(m, servers, bodyFile); err != nil {
		return nil, err
	}
	return results, b.profile(m, servers, bodyFile)
}

// writeSettings tells a program what to serve; each gets a database of its own.
func (b bench) writeSettings(m measurement, p program) (string, error) {
	s := b.settings
	if m.catalog == inDatabase {
		s.Catalog.File = b.file(p.id + ".db")
		for _, name := range []string{s.Catalog.File, s.Catalog.File + "-wal", s.Catalog.File + "-shm"} {
			if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
				return "", err
			}
		}
		if err := copyFile(b.file(databaseFile), s.Catalog.File); err != nil {
			return "", err
		}
	}
	file := b.file(p.id + ".json")
	return file, writeJSON(file, s)
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// takeTurns measures in rounds, in each of which every server has its turn at each number of connections.
func (b bench) takeTurns(m measurement, servers []*running, bodyFile string) ([]result, error) {
	var results []result
	for _, connections := range m.connections {
		for _, s := range servers {
			results = append(results, result{measurement: m, program: s.program, connections: connections})
		}
	}
	for round := range b.rounds {
		for _, i := range turns(len(results), round) {
			r := &results[i]
			s := servers[i%len(servers)]
			found, err := b.once(*r, s, bodyFile)
			if err != nil {
				return nil, fmt.Errorf("%s, %d connections: %w", s.name, r.connections, err)
			}
			r.samples = append(r.samples, found)
			b.progress.Printf("%s, round %d, %d connections: %s: %.0f us of processor, %.2f ms, p99 %.2f ms, %.0f/s, %.0f MB; load generator %.0f%%", m.title(), round+1,
				r.connections, s.name, found.CPU, found.Median, found.P99, found.PerSecond, float64(found.Resident)/megabyte, 100*found.Generator)
		}
	}
	return results, nil
}

// turns gives the order of a round: every other one is reversed, so that none always comes after the same.
func turns(n, round int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if round%2 == 1 {
		slices.Reverse(order)
	}
	return order
}

// once measures one server once.
func (b bench) once(r result, s *running, bodyFile string) (found sample, err error) {
	requests := r.requests(b.requests, r.connections)
	o := loadOrder{Do: sendBarrage, Tokens: b.file(tokensFile), Body: bodyFile, Barrage: barrage{
		Address: s.address, PID: s.ID(), Connections: r.connections, Requests: requests, Warmup: max(requests/5, min(requests, tokenTotal)),
	}}
	if !r.live {
		return found, b.load.Ask(o, &found)
	}
	if _, err := s.order(order{Do: preparePhotos, Count: requests}); err != nil {
		return sample{}, err
	}
	o.Do = subscribeStreams
	if err := b.load.Ask(o, &found); err != nil {
		return sample{}, err
	}
	committed, err := s.order(order{Do: commitPrepared, Interval: commitInterval.Microseconds()})
	if err != nil {
		return sample{}, err
	}
	return found, b.load.Ask(loadOrder{Do: collectDelays, Commits: committed.Commits}, &found)
}

// commitInterval is the time between two commits that subscribers are told of: no fraction of the interval at which the
// library looks for changes.
const commitInterval = 73 * time.Millisecond

// profileTime is how long a profile lasts at least, so that its samples say something.
const profileTime = 3 * time.Second

// profile lets the servers in Go go through more rounds, which are not in the table, and writes what they do.
func (b bench) profile(m measurement, servers []*running, bodyFile string) error {
	for _, s := range servers {
		if b.profiles == "" || !s.inGo {
			continue
		}
		file := filepath.Join(b.profiles, strings.Join([]string{s.id, m.id, strings.ToLower(m.catalog)}, "-")+".pprof")
		if _, err := s.order(order{Do: startProfile, File: file}); err != nil {
			return err
		}
		var err error
		for began := time.Now(); err == nil && time.Since(began) < profileTime; {
			_, err = b.once(result{measurement: m, program: s.program, connections: mostConnections}, s, bodyFile)
		}
		_, stopErr := s.order(order{Do: stopProfile})
		if err := errors.Join(err, stopErr); err != nil {
			return err
		}
		b.progress.Printf("%s: %s: profile in %s", m.title(), s.name, file)
	}
	return nil
}
