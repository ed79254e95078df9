package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"pam/internal/aws/awstest"
)

// standIn is a program that runs.
type standIn struct {
	name    string // for people, and in the addresses that tests get
	port    int
	path    string // answers when the program is ready
	command *exec.Cmd
	log     string // file
	ended   chan struct{}
}

// address is a URL that ends in the name.
func (s *standIn) address() string { return fmt.Sprintf("http://127.0.0.1:%d#%s", s.port, s.name) }

// standIns are all of them. Moto runs several times: a process of it works on one request at a time, so the services with
// large bodies or long calls would hold up the others; and where notices go is read from what a process tells of all that it
// keeps.
type standIns struct{ moto, motoDynamoDB, motoS3, motoSNS, gateway, cognitoLocal *standIn }

// environment says where they are.
func (all standIns) environment() []string {
	join := func(list ...*standIn) string {
		addresses := make([]string, len(list))
		for i, s := range list {
			addresses[i] = s.address()
		}
		return strings.Join(addresses, ",")
	}
	return []string{
		awstest.DynamoDB + "=" + join(all.motoDynamoDB),
		awstest.SQS + "=" + join(all.moto),
		awstest.SNS + "=" + join(all.motoSNS),
		awstest.Cognito + "=" + join(all.moto, all.cognitoLocal),
		awstest.Rekognition + "=" + join(all.moto),
		awstest.S3 + "=" + join(all.motoS3, all.gateway),
		awstest.CognitoLocal + "=" + join(all.cognitoLocal),
	}
}

// start starts all and waits until they answer. What it gives must be stopped also when there is an error.
func start(ctx context.Context, p programs, folder string) (standIns, error) {
	data := filepath.Join(folder, "objects")
	pools := filepath.Join(folder, ".cognito")
	err := errors.Join(os.Mkdir(data, 0o755), os.Mkdir(pools, 0o755),
		// Its pools would take addresses alone for names.
		os.WriteFile(filepath.Join(pools, "config.json"), []byte(`{"UserPoolDefaults":{"UsernameAttributes":[]}}`), 0o644))
	if err != nil {
		return standIns{}, err
	}
	var all standIns
	var taken []int
	moto := func(port string) []string { return []string{p.moto, "-H", "127.0.0.1", "-p", port} }
	for _, plan := range []struct {
		place       **standIn
		name, path  string
		environment []string
		command     func(port string) []string
	}{
		{&all.moto, "moto", "/moto-api/data.json", nil, moto},
		{&all.motoDynamoDB, "moto", "/moto-api/data.json", nil, moto},
		{&all.motoS3, "moto", "/moto-api/data.json", nil, moto},
		{&all.motoSNS, "moto", "/moto-api/data.json", nil, moto},
		{&all.gateway, "versitygw", "/", nil, func(port string) []string {
			return []string{p.gateway, "--port", "127.0.0.1:" + port, "--access", awstest.AccessKey, "--secret", awstest.SecretKey, "--region", awstest.Region, "--quiet", "posix", data}
		}},
		{&all.cognitoLocal, "cognito-local", "/health", []string{"HOST=127.0.0.1"}, func(string) []string { return []string{"node", p.cognitoLocal} }},
	} {
		port, err := freePort(ctx, taken)
		if err != nil {
			return all, err
		}
		taken = append(taken, port)
		environment := append(plan.environment, "PORT="+strconv.Itoa(port))
		if *plan.place, err = launch(folder, plan.name, plan.path, port, environment, plan.command(strconv.Itoa(port))); err != nil {
			return all, err
		}
	}
	for _, s := range all.list() {
		if err := s.ready(ctx); err != nil {
			return all, err
		}
	}
	return all, nil
}

// list gives those that were started.
func (all standIns) list() []*standIn {
	var list []*standIn
	for _, s := range []*standIn{all.moto, all.motoDynamoDB, all.motoS3, all.motoSNS, all.gateway, all.cognitoLocal} {
		if s != nil {
			list = append(list, s)
		}
	}
	return list
}

// Ports between these are taken for no connection by systems as they come, which give those from 32,768 on Linux, or from
// 49,152 (RFC 6335): some of the programs take seconds until they listen.
const firstPort, endOfPorts = 20_000, 32_768

// freePort gives a port that nobody listens on, which none of these programs can find itself and tell, and that is not among
// those given before.
func freePort(ctx context.Context, taken []int) (int, error) {
	const tries = 100
	var last error
	for range tries {
		port := firstPort + rand.IntN(endOfPorts-firstPort)
		if slices.Contains(taken, port) {
			continue
		}
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			return port, l.Close()
		}
		last = err
	}
	return 0, fmt.Errorf("find a free port: %w", last)
}

// launch starts a program in a process group of its own, so that Ctrl-C ends the command first.
func launch(folder, name, path string, port int, environment, command []string) (*standIn, error) {
	s := &standIn{name: name, port: port, path: path, log: filepath.Join(folder, fmt.Sprintf("%s-%d.log", name, port)), ended: make(chan struct{})}
	output, err := os.Create(s.log)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	s.command = exec.Command(command[0], command[1:]...) //nolint:noctx // it outlives the time to start, and stop ends it
	s.command.Dir, s.command.Stdout, s.command.Stderr = folder, output, output
	s.command.Env = append(os.Environ(), environment...)
	s.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		defer close(s.ended)
		_ = s.command.Wait() // its log says why
	}()
	return s, nil
}

// ready waits until the program answers anything.
func (s *standIn) ready(ctx context.Context) error {
	url := fmt.Sprintf("http://127.0.0.1:%d%s", s.port, s.path)
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			select {
			case <-s.ended: // another program has its port
				return s.failed(response.Body.Close())
			default:
				return response.Body.Close()
			}
		}
		select {
		case <-s.ended:
			return s.failed(nil)
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", s.name, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// failed says why the program ended at once; others are errors beside that.
func (s *standIn) failed(others error) error {
	content, err := os.ReadFile(s.log)
	return errors.Join(fmt.Errorf("%s ended at once:\n%s", s.name, content), err, others)
}

// stop ends all, by force what does not end in a few seconds.
func (all standIns) stop() {
	for _, s := range all.list() {
		_ = syscall.Kill(-s.command.Process.Pid, syscall.SIGTERM) // it may have ended already
	}
	deadline, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, s := range all.list() {
		select {
		case <-s.ended:
		case <-deadline.Done():
			_ = syscall.Kill(-s.command.Process.Pid, syscall.SIGKILL)
			<-s.ended
		}
	}
}
