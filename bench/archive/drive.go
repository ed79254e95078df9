package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"pam/bench/process"
	"pam/internal/faultproxy"
	"pam/internal/photos"
	"pam/internal/s3"
)

// driver measures. Its fields are the command's flags.
type driver struct {
	rounds, peerRounds        int
	reads, archiveMemory      int
	only                      string
	profiles, scratch, script string
	storeProgram              string
	processors                []int
	progress                  *log.Logger
}

// program is one of those that are measured.
type program struct {
	id    string
	name  string   // in the table
	words []string // that start it
	slow  bool     // measured in d.peerRounds of the rounds alone
	check func(context.Context, photos.ObjectStore, photos.Object, string, manifest) error
}

// The ids of the programs, which targets speak of.
const (
	pamProgram        = "pam"
	ceilingProgram    = "ceiling"
	leanProgram       = "lean-ceiling"
	sequentialProgram = "sequential"
	archiverProgram   = "archiver"
)

func (d driver) programs(self, catalogFile string) []program {
	zipOf := func(extra ...string) func(context.Context, photos.ObjectStore, photos.Object, string, manifest) error {
		return func(ctx context.Context, objects photos.ObjectStore, o photos.Object, scratch string, m manifest) error {
			return checkZip(ctx, objects, o, scratch, m, extra...)
		}
	}
	sized := func(ctx context.Context, objects photos.ObjectStore, o photos.Object, _ string, m manifest) error {
		return checkSize(ctx, objects, o, m)
	}
	reads := strconv.Itoa(d.reads)
	return []program{
		{
			id: pamProgram, name: "PAM", words: []string{self, "work", "pam", catalogFile, strconv.Itoa(d.archiveMemory)},
			check: zipOf("labels.csv"),
		},
		{id: ceilingProgram, name: "ceiling: no zip", words: []string{self, "work", ceilingProgram, reads}, check: sized},
		{id: leanProgram, name: "ceiling, by PAM's GETs", words: []string{self, "work", leanProgram, reads}, check: sized},
		{id: sequentialProgram, name: "Go archive/zip", words: []string{self, "work", "sequential"}, slow: true, check: zipOf()},
		{id: archiverProgram, name: "Node archiver", words: []string{"node", "--no-warnings", d.script}, slow: true, check: zipOf()},
	}
}

// latencies are what the proxy holds first bytes back by.
func latencies() []time.Duration { return []time.Duration{30 * time.Millisecond, 0} }

// bench is what a run has set up.
type bench struct {
	driver
	store    storeReply
	objects  *s3.Objects // not through the proxy
	proxy    *faultproxy.Proxy
	proxyURL string
	programs []program
}

// measure sets up store and proxy in an empty folder, measures everything, and removes what it made.
func (d driver) measure(ctx context.Context) (cases []measuredCase, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(d.scratch, "run-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	store, err := process.Start(ctx, process.Config{Processors: d.processors}, d.storeProgram, filepath.Join(folder, "store"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Stop()) }()
	b := bench{driver: d}
	b.scratch = folder
	if err := store.Ask(struct{}{}, &b.store); err != nil {
		return nil, err
	}
	b.objects = s3.New(aws.Config{
		Region: b.store.Region, BaseEndpoint: &b.store.Endpoint,
		Credentials: credentials.NewStaticCredentialsProvider(b.store.Key, b.store.Secret, ""),
	}, s3.Buckets{Storage: b.store.Storage, Working: b.store.Working})
	closeProxy, err := b.openProxy(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeProxy()) }()

	catalogFile := filepath.Join(folder, "pam.db")
	b.programs = d.programs(self, catalogFile)
	for _, w := range workloads() {
		if !strings.Contains(w.name, d.only) {
			continue
		}
		measured, err := b.workload(ctx, self, catalogFile, w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		cases = append(cases, measured...)
	}
	return cases, nil
}

// openProxy serves the proxy until it is closed.
func (b *bench) openProxy(ctx context.Context) (closeProxy func() error, err error) {
	if b.proxy, err = faultproxy.New(b.store.Endpoint, faultproxy.Untouched, logger()); err != nil {
		return nil, err
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b.proxyURL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: b.proxy, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return func() error {
		err := server.Close()
		if served := <-served; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		b.proxy.Close()
		return err
	}, nil
}

// workload brings the photos into the store and measures all programs on them, at each latency.
func (b bench) workload(ctx context.Context, self, catalogFile string, w workload) ([]measuredCase, error) {
	file := filepath.Join(b.scratch, w.id+".json")
	b.progress.Printf("%s: uploading", w.name)
	seeding := program{words: []string{self, "work", "seed", catalogFile, w.id}}
	if _, err := b.ask(ctx, seeding, b.store.Endpoint, request{Manifest: file, Name: w.id}); err != nil {
		return nil, fmt.Errorf("upload the photos: %w", err)
	}
	m, err := readManifest(file)
	if err != nil {
		return nil, err
	}
	var cases []measuredCase
	for _, latency := range latencies() {
		c := measuredCase{workload: w, latency: latency, bytes: m.bytes()}
		for _, p := range b.programs {
			c.programs = append(c.programs, measuredProgram{program: p})
		}
		b.proxy.SetPolicy(faultproxy.DelayAll(latency))
		for round := range b.rounds {
			for _, i := range turns(len(b.programs), round) {
				if b.programs[i].slow && round >= b.peerRounds {
					continue
				}
				if err := b.once(ctx, &c, i, round, file, m); err != nil {
					return nil, fmt.Errorf("%s at %v: %w", b.programs[i].name, latency, err)
				}
			}
		}
		cases = append(cases, c)
	}
	return cases, nil
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

// settleDisk lets the system write what programs before have left to it: whoever waits for the disk would wait for that, too.
func settleDisk(ctx context.Context) error {
	err := exec.CommandContext(ctx, "sync").Run()
	if errors.Is(err, exec.ErrNotFound) {
		err = nil // the times are a little longer
	}
	return err
}

// once measures one program once, checks what it made the first time, and deletes that.
func (b bench) once(ctx context.Context, c *measuredCase, which, round int, file string, m manifest) error {
	p := c.programs[which].program
	asked := request{Manifest: file, Name: fmt.Sprintf("%s-%dms-%d", c.workload.id, c.latency.Milliseconds(), round+1)}
	if b.profiles != "" && (p.id == pamProgram || p.id == ceilingProgram || p.id == leanProgram) {
		asked.Profile = filepath.Join(b.profiles, p.id+"-"+asked.Name)
	}
	if err := settleDisk(ctx); err != nil {
		return err
	}
	before := b.proxy.Traffic()
	answer, err := b.ask(ctx, p, b.proxyURL, asked)
	if err != nil {
		return err
	}
	traffic := b.proxy.Traffic().Since(before)
	c.programs[which].samples = append(c.programs[which].samples, sample{answer.Cost, traffic})
	b.progress.Printf("%s, %d ms, round %d: %s: %.2f s, %.2f s of processors, %.0f MB resident", c.workload.name, c.latency.Milliseconds(), round+1,
		p.name, answer.Milliseconds/1000, answer.CPUMilliseconds/1000, float64(answer.PeakBytes)/megabyte)
	if round == 0 {
		if err := p.check(ctx, b.objects, photos.Object{Bucket: photos.WorkingBucket, Key: answer.Key}, b.scratch, m); err != nil {
			return fmt.Errorf("what was made is wrong: %w", err)
		}
	}
	return b.clearWorking(ctx)
}

// ask runs a program in a new process, for one request.
func (b bench) ask(ctx context.Context, p program, endpoint string, asked request) (answer reply, err error) {
	config := process.Config{Processors: b.processors, Env: b.store.environment(endpoint)}
	worker, err := process.Start(ctx, config, p.words...)
	if err != nil {
		return reply{}, err
	}
	defer func() { err = errors.Join(err, worker.Stop()) }()
	err = worker.Ask(asked, &answer)
	return answer, err
}

// clearWorking deletes what programs have made, so that the disk holds one archive at a time.
func (b bench) clearWorking(ctx context.Context) error {
	for {
		keys, err := b.objects.List(ctx, photos.WorkingBucket, "", "", 1000)
		if err != nil || len(keys) == 0 {
			return err
		}
		if err := b.objects.Delete(ctx, photos.WorkingBucket, keys...); err != nil {
			return err
		}
	}
}
