package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"pam/internal/runtimeapi"
)

// program is something to start, and what was measured of it.
type program struct {
	name    string
	command []string
	env     []string
	size    int64  // bytes of the program, or of the bundle without Node
	event   []byte // nil where only the start is measured
	answer  string // what the answer must hold

	inits, firsts, peaks []float64 // milliseconds, milliseconds, megabytes
}

// patience bounds one start.
const patience = time.Minute

// measure starts the program, sends the event, and stops it.
func (p *program) measure(ctx context.Context, counted bool) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var logs bytes.Buffer
	f, err := runtimeapi.Start(ctx, runtimeapi.Config{Command: p.command, Env: p.env, Logs: &logs})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Stop()) }()
	ready, err := f.Ready(ctx)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, logs.Bytes())
	}
	var first time.Duration
	if p.event != nil {
		answer, err := f.InvokeBytes(ctx, p.event)
		first = f.SinceStart()
		if err != nil {
			return fmt.Errorf("%w\n%s", err, logs.Bytes())
		}
		if !bytes.Contains(answer, []byte(p.answer)) {
			return fmt.Errorf("the answer lacks %s: %s\n%s", p.answer, answer, logs.Bytes())
		}
	}
	peak, err := f.PeakMemory()
	if err != nil || !counted {
		return err
	}
	p.inits = append(p.inits, ready.Seconds()*1000)
	p.peaks = append(p.peaks, float64(peak)/1e6)
	if p.event != nil {
		p.firsts = append(p.firsts, first.Seconds()*1000)
	}
	return nil
}

// buildAll builds PAM's functions as they are deployed, and bundles Apollo's.
func buildAll(ctx context.Context, folder string, s *stubs) ([]program, error) {
	pam := func(name, shown string, event []byte, answer string) (program, error) {
		file := filepath.Join(folder, name)
		build := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", file, "./lambda/"+name) //nolint:gosec // names of our own
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := build.CombinedOutput(); err != nil {
			return program{}, fmt.Errorf("build %s: %w\n%s", name, err, text)
		}
		info, err := os.Stat(file)
		if err != nil {
			return program{}, err
		}
		return program{name: shown, command: []string{file}, env: s.pamEnv(), size: info.Size(), event: event, answer: answer}, nil
	}
	bundle, err := bundleApollo(ctx)
	if err != nil {
		return nil, err
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("find Node: %w", err)
	}
	apollo := func(shown string, event []byte, answer string) program {
		return program{name: shown, command: []string{node, filepath.Join(apolloFolder, "bootstrap.mjs")}, env: s.apolloEnv(), size: bundle, event: event, answer: answer}
	}
	anonymous, signedIn := urlEvent(`{ __typename }`, ""), urlEvent(`{ me { id photoCount } }`, s.token)
	var all []program
	for _, want := range []struct {
		name, shown string
		event       []byte
		answer      string
	}{
		{"api", apiAnonymous, anonymous, `"__typename":"Query"`},
		{"api", apiSignedIn, signedIn, `"photoCount":0`},
		{"detector", "PAM detector", nil, ""},
		{"archiver", "PAM archiver", nil, ""},
		{"sweeper", "PAM sweeper", nil, ""},
	} {
		p, err := pam(want.name, want.shown, want.event, want.answer)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return append(all,
		apollo(apolloAnonymous, anonymous, `\"__typename\":\"Query\"`),
		apollo(apolloSignedIn, signedIn, `\"photoCount\":0`),
	), nil
}

// apolloFolder holds the other program.
const apolloFolder = "bench/coldstart/apollo"

// bundleApollo bundles and minifies the handler, and gives the size of what it makes.
func bundleApollo(ctx context.Context) (int64, error) {
	bundle := exec.CommandContext(ctx, "npm", "run", "--silent", "build")
	bundle.Dir = apolloFolder
	if text, err := bundle.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("bundle Apollo Server: %w\n%s", err, text)
	}
	info, err := os.Stat(filepath.Join(apolloFolder, "dist", "handler.mjs"))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// urlEvent is the event of a Function URL for a query, with a token where there is one.
func urlEvent(query, token string) []byte {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		panic(err) // strings always encode
	}
	headers := map[string]string{
		"host": "function.lambda-url.us-east-1.on.aws", "content-type": "application/json", "accept": "application/json",
		"x-forwarded-proto": "https", "user-agent": "curl/8.5.0",
	}
	if token != "" {
		headers["authorization"] = "Bearer " + token
	}
	event, err := json.Marshal(map[string]any{
		"version": "2.0", "routeKey": "$default", "rawPath": "/graphql", "rawQueryString": "", "headers": headers,
		"requestContext": map[string]any{
			"domainName": headers["host"], "stage": "$default",
			"http": map[string]string{"method": "POST", "path": "/graphql", "protocol": "HTTP/1.1", "sourceIp": "198.51.100.7"},
		},
		"body": string(body), "isBase64Encoded": false,
	})
	if err != nil {
		panic(err) // so do maps of them
	}
	return event
}

// environment is what Lambda gives any function.
func environment(more ...string) []string {
	return append([]string{"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret", "AWS_SESSION_TOKEN=" + strings.Repeat("t", 800)}, more...)
}
