package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pam/internal/local/oidc"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// runAsProgram is the environment variable by which this test binary runs as pam itself: the same main, and no build to
// wait for.
const runAsProgram = "PAM_TEST_RUN_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(runAsProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// pamCommand makes a command of pam that runs in a folder.
func pamCommand(ctx context.Context, t *testing.T, folder string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(),
		runAsProgram+"=1", "GORACE=atexit_sleep_ms=0") // under the race detector a program lingers for a second
	return cmd
}

// runPam runs a command of pam to its end.
func runPam(t *testing.T, folder string, args ...string) (stdout, stderr string, exitCode int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := pamCommand(ctx, t, folder, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// output is what a process has written so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// served is a running pam serve.
type served struct {
	cmd            *exec.Cmd
	stdout, stderr *output
	url            string
	ended          chan error
}

// startServe starts pam serve in a folder, with its data below it, and waits until it is ready.
func startServe(t *testing.T, folder string) *served {
	t.Helper()
	s := &served{stdout: &output{}, stderr: &output{}, ended: make(chan error, 1)}
	s.cmd = pamCommand(context.WithoutCancel(t.Context()), t, folder, "serve", "--addr", "127.0.0.1:0", "--s3-addr", "127.0.0.1:0", "--data", "./data")
	s.cmd.Stdout, s.cmd.Stderr = s.stdout, s.stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.ended <- s.cmd.Wait() }()
	t.Cleanup(func() { _ = s.cmd.Process.Kill() }) // where the test has not ended it
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if line, whole := strings.CutSuffix(s.stdout.String(), "\n"); whole {
			var ready bool
			if s.url, ready = strings.CutPrefix(line, "pam ready "); !ready {
				t.Fatalf("standard output is %q", line)
			}
			return s
		}
		select {
		case err := <-s.ended:
			t.Fatalf("serve ended with %v: %s", err, s.stderr)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("serve is not ready: %s", s.stderr)
		}
	}
}

// end sends a signal and gives what the process ended with.
func (s *served) end(t *testing.T, signal os.Signal) error {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.ended:
		return err
	case <-time.After(30 * time.Second):
		t.Fatalf("serve goes on after %s: %s", signal, s.stderr)
		return nil
	}
}

// TestProcess runs pam as people do, from a shell.
func TestProcess(t *testing.T) {
	folder := t.TempDir()
	s := startServe(t, folder)
	t.Run("token", func(t *testing.T) { tokenCommandWorks(t, folder, s) })
	t.Run("token refuses", func(t *testing.T) { tokenCommandRefuses(t, folder) })
	t.Run("check", func(t *testing.T) {
		stdout, stderr, code := runPam(t, folder, "check")
		if stdout != "all counters are right\n" || stderr != "" || code != 0 {
			t.Errorf("%q, %q, exit code %d", stdout, stderr, code)
		}
	})
	t.Run("serve refuses", func(t *testing.T) { serveRefuses(t, folder, s) })
	t.Run("interrupt", func(t *testing.T) { interrupted(t, folder, s) })
}

// tokenCommandWorks takes tokens beside the running serve.
func tokenCommandWorks(t *testing.T, folder string, s *served) {
	whoIs := func(token string) (id, name string, scopes []string) {
		var out struct {
			Me struct {
				ID, Name string
				Scopes   []string
			}
		}
		api{t, s.url, token}.do(`{ me { id name scopes } }`, nil, &out)
		return out.Me.ID, out.Me.Name, out.Me.Scopes
	}
	dan, _, _ := whoIs(signIn(t, s.url, "dan"))
	for _, tt := range []struct {
		name, reason string
		args         []string
		scopes       string
		life         time.Duration
	}{
		{"usual", "all scopes, for an hour", []string{"--user", "dan"}, "[LABELS_READ PHOTOS_READ PHOTOS_WRITE ARCHIVES]", time.Hour},
		{"one scope", "no more than was asked for", []string{"--user", "dan", "--scope", "pam/labels.read"}, "[LABELS_READ]", time.Hour},
		{"two scopes", "no more than was asked for", []string{"--user", "dan", "--scope", "pam/archives  pam/photos.read"}, "[PHOTOS_READ ARCHIVES]", time.Hour},
		{"short life", "as long as was asked for", []string{"--user", "dan", "--ttl", "90s"}, "[LABELS_READ PHOTOS_READ PHOTOS_WRITE ARCHIVES]", 90 * time.Second},
		{"capitals", "the login page takes them as the same name", []string{"--user", "Dan"}, "[LABELS_READ PHOTOS_READ PHOTOS_WRITE ARCHIVES]", time.Hour},
		{"data folder given in full", "it is the same folder", []string{"--user", "dan", "--data", filepath.Join(folder, "data")}, "[LABELS_READ PHOTOS_READ PHOTOS_WRITE ARCHIVES]", time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stdout, stderr, code := runPam(t, folder, append([]string{"token"}, tt.args...)...)
			token := strings.TrimSuffix(stdout, "\n")
			if code != 0 || stderr != "" || !regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`).MatchString(token) {
				t.Fatalf("exit code %d, standard output %q, standard error %q: a token and nothing else", code, stdout, stderr)
			}
			id, name, scopes := whoIs(token)
			if id != dan || name != "dan" {
				t.Errorf("the token is of %s (%s), signing in gives %s", id, name, dan)
			}
			if fmt.Sprint(scopes) != tt.scopes {
				t.Errorf("the scopes are %v, want %s: %s", scopes, tt.scopes, tt.reason)
			}
			var claims struct{ Iat, Exp int64 }
			payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
			if err == nil {
				err = json.Unmarshal(payload, &claims)
			}
			if err != nil || claims.Exp-claims.Iat != int64(tt.life/time.Second) {
				t.Errorf("the token says %s, %v, want %s: %s", payload, err, tt.life, tt.reason)
			}
		})
	}
	t.Run("a scope left out", func(t *testing.T) {
		stdout, _, _ := runPam(t, folder, "token", "--user", "dan", "--scope", "pam/labels.read")
		api{t, s.url, strings.TrimSpace(stdout)}.wantError("the token cannot read photos", `{ photos { totalCount } }`, nil, photos.Forbidden, "")
	})
}

func tokenCommandRefuses(t *testing.T, folder string) {
	for _, tt := range []struct {
		name, reason string
		args         []string
		says         string
	}{
		{"nobody", "a token is somebody's", nil, "--user"},
		{"a name that is none", "the login page refuses it, too", []string{"--user", "../dan"}, "name"},
		{"unknown scope", "no client can have it", []string{"--user", "dan", "--scope", "pam/everything"}, "pam/everything"},
		{"no scope", "such a token would be good for nothing", []string{"--user", "dan", "--scope", ""}, "scope"},
		{"a week", "no token is good for longer than a day", []string{"--user", "dan", "--ttl", "168h"}, "24h"},
		{"no time", "it would be over at once", []string{"--user", "dan", "--ttl", "0s"}, "lifetime"},
		{"more words", "nobody guesses what they mean", []string{"dan"}, "dan"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stdout, stderr, code := runPam(t, folder, append([]string{"token"}, tt.args...)...)
			if code != 1 || stdout != "" || !strings.HasPrefix(stderr, "pam: ") || !strings.Contains(stderr, tt.says) {
				t.Errorf("exit code %d, standard output %q, standard error %q: %s", code, stdout, stderr, tt.reason)
			}
		})
	}
}

// serveRefuses starts a second serve where it cannot or must not be.
func serveRefuses(t *testing.T, folder string, s *served) {
	own := filepath.Join(t.TempDir(), "data")
	for _, tt := range []struct {
		name, reason string
		args         []string
		says         string
	}{
		{"the same data", "two would overwrite each other", []string{"--addr", "127.0.0.1:0", "--s3-addr", "127.0.0.1:0"}, "another pam serves " + filepath.Join(folder, "data")},
		{"the same address", "it is taken", []string{"--addr", strings.TrimPrefix(s.url, "http://"), "--s3-addr", "127.0.0.1:0", "--data", own}, "address already in use"},
		{"every address", "the local login asks for no password", []string{"--addr", "0.0.0.0:0", "--s3-addr", "127.0.0.1:0", "--data", own}, "loopback"},
		{"the store at every address", "the store is part of it", []string{"--addr", "127.0.0.1:0", "--s3-addr", "0.0.0.0:0", "--data", own}, "loopback"},
		{"data that is a file", "it holds nothing", []string{"--addr", "127.0.0.1:0", "--s3-addr", "127.0.0.1:0", "--data", "data/pam.db"}, "data folder"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stdout, stderr, code := runPam(t, folder, append([]string{"serve"}, tt.args...)...)
			last := stderr[strings.LastIndex(strings.TrimSuffix(stderr, "\n"), "\n")+1:]
			if code != 1 || stdout != "" || !strings.HasPrefix(last, "pam: ") || !strings.Contains(last, tt.says) {
				t.Errorf("exit code %d, standard output %q, standard error %q: %s", code, stdout, stderr, tt.reason)
			}
		})
	}
}

// interrupted ends serve as Ctrl-C does, while a stream is open, and then looks at all that it has written.
func interrupted(t *testing.T, folder string, s *served) {
	stdout, _, _ := runPam(t, folder, "token", "--user", "dan")
	a := api{t, s.url, strings.TrimSpace(stdout)}
	res := a.request(t.Context(), "text/event-stream", `subscription { labels { at } }`, nil)
	defer res.Body.Close()
	stream := bufio.NewReader(res.Body)
	if line, err := stream.ReadString('\n'); err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("the stream begins with %q, %v", line, err)
	}
	streamEnded := make(chan struct{})
	go func() {
		defer close(streamEnded)
		_, _ = io.Copy(io.Discard, stream) // how a stream ends is for TestStreamsEnd of the server
	}()
	began := time.Now()
	if err := s.end(t, os.Interrupt); err != nil {
		t.Errorf("serve ended with %v: %s", err, s.stderr)
	}
	if took := time.Since(began); took > drainTime {
		t.Errorf("serve took %s to end", took)
	}
	<-streamEnded
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(s.url, "http://"), time.Second); err == nil {
		t.Error("the address still answers")
	}
	if got := s.stdout.String(); got != "pam ready "+s.url+"\n" {
		t.Errorf("standard output is %q", got)
	}
	requests := 0
	for line := range strings.Lines(s.stderr.String()) {
		var record struct {
			Time       time.Time
			Level, Msg string
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil || record.Time.IsZero() || record.Level == "" || record.Msg == "" {
			t.Errorf("a line of the log is no record: %q", line)
		}
		if record.Level == "ERROR" {
			t.Errorf("an error was logged: %s", line)
		}
		if strings.Contains(line, "/graphql") {
			requests++
		}
		if strings.Contains(line, a.token) {
			t.Errorf("a token was logged: %s", line)
		}
	}
	if requests == 0 {
		t.Errorf("no request was logged: %s", s.stderr)
	}
}

// TestKilled ends serve by SIGKILL right after photos have come and an archive was requested. Started again on the same
// data, it labels the ones and builds the other.
func TestKilled(t *testing.T) {
	cat, err := os.ReadFile(filepath.Join(testPhotos, "cat-face.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	sub, err := oidc.SubjectOf("dan")
	if err != nil {
		t.Fatal(err)
	}
	owner := photos.Owner(sub)
	folder := t.TempDir()
	s := startServe(t, folder)
	signedIn := func() api {
		token, err := oidc.IssueAccessToken(t.Context(), filepath.Join(folder, "data"), oidc.TokenRequest{
			User: "dan", ClientID: commandClient, Scopes: strings.Fields("pam/labels.read pam/photos.read pam/photos.write pam/archives"), TTL: time.Hour,
		})
		if err != nil {
			t.Fatal(err)
		}
		return api{t, s.url, token}
	}
	dan := signedIn()
	dan.uploadAll(map[string][]byte{"cat.jpg": cat})
	dan.tallyWhenDone(1)
	labels := dan.allPhotos()[0].Labels
	var names []string // of all that the cat shows, which the late photos do not show
	for _, label := range labels[:min(len(labels), photos.MaxMatchNames)] {
		names = append(names, label.Name)
	}
	if len(names) < 3 {
		t.Fatalf("the cat shows %v only: the test has lost its subject", names)
	}
	var out struct{ RequestArchive struct{ ID, Status string } }
	late := map[string][]byte{} // more than can be labelled before the kill
	for i := range 4 {
		late[fmt.Sprintf("late %d.jpg", i)] = smallJPEG(t, 96, 80, i)
	}
	dan.uploadAll(late)
	dan.do(`mutation($m: LabelMatch!) { requestArchive(input: {match: $m}) { id status } }`,
		vars("m", vars("all", names, "minConfidence", 50)), &out)
	if err := s.end(t, syscall.SIGKILL); err == nil {
		t.Error("serve was killed and says that all is well")
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(folder, "data", databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	stats, err := db.Catalog().Stats(t.Context(), owner)
	if err != nil || stats.Pending == 0 {
		t.Errorf("no photo was left to label: the test has lost its subject (%v)", err)
	}
	a, err := db.Catalog().Archive(t.Context(), owner, out.RequestArchive.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("at the kill %d photos were PENDING and the archive was %s", stats.Pending, a.Status)

	s = startServe(t, folder)
	began := time.Now()
	dan = signedIn()
	dan.tallyWhenDone(1 + len(late))
	// What was under way at the kill would come back by itself when its minute in the queue is over.
	if took := time.Since(began); took > 40*time.Second {
		t.Errorf("the photos waited for %s after the restart", took)
	}
	checkZip(t, download(t, dan.waitUntilReady(out.RequestArchive.ID)), map[string][]byte{"cat.jpg": cat})
	if stdout, stderr, code := runPam(t, folder, "check"); stdout != "all counters are right\n" || code != 0 {
		t.Errorf("check after the kill: %q, %q, exit code %d", stdout, stderr, code)
	}
	if err := s.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("serve ended with %v: %s", err, s.stderr)
	}
}
