package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// ask gives a worker's replies to requests.
func ask(t *testing.T, arguments []string, requests ...request) ([]reply, error) {
	t.Helper()
	var in, out bytes.Buffer
	for _, r := range requests {
		if err := json.NewEncoder(&in).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	err := run(t.Context(), append([]string{"work"}, arguments...), &in, &out)
	var all []reply
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		var r reply
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all, err
}

func TestWorkerRunsANetwork(t *testing.T) {
	for _, n := range networks() {
		t.Run(n.name, func(t *testing.T) {
			photo, err := readPhoto("../../testdata/photos/koala.jpg")
			if err != nil {
				t.Fatal(err)
			}
			input, output := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "out")
			if err := writeFloats(input, pictureFor(n, photo)); err != nil {
				t.Fatal(err)
			}
			weights := "../../internal/local/neural/" + n.file + ".tensors"
			replies, err := ask(t, []string{n.file, weights}, request{Input: input, Output: output}, request{Input: input})
			if err != nil || len(replies) != 2 {
				t.Fatalf("got %v, %v", replies, err)
			}
			for _, r := range replies {
				if r.Milliseconds <= 0 {
					t.Errorf("a run took %g ms", r.Milliseconds)
				}
			}
			written, err := readFloats(output)
			if err != nil {
				t.Fatal(err)
			}
			if len(written) == 0 {
				t.Error("the network says nothing of a photo that shows something")
			}
		})
	}
}

func TestWorkerLabelsAPhoto(t *testing.T) {
	replies, err := ask(t, []string{"label"}, request{Input: "../../testdata/photos/koala.jpg"})
	if err != nil || len(replies) != 1 {
		t.Fatalf("got %v, %v", replies, err)
	}
	if r := replies[0]; r.InspectMilliseconds <= 0 || r.InspectMilliseconds >= r.Milliseconds {
		t.Errorf("decoding took %g of %g ms", r.InspectMilliseconds, r.Milliseconds)
	}
}

func TestWorkerRefusesWhatItCannotDo(t *testing.T) {
	cases := []struct {
		name, reason string
		arguments    []string
		requests     []request
		usage        bool
	}{
		{"nothing", "no work is named", nil, nil, true},
		{"unknown network", "a name that no network has", []string{"resnet", "x"}, nil, true},
		{"no weights", "a file that does not exist", []string{"efficientnet-lite0", "none"}, nil, false},
		{"no photo", "a photo that does not exist", []string{"label"}, []request{{Input: "none.jpg"}}, false},
		{"no image", "a file that is no photo", []string{"label"}, []request{{Input: "worker_test.go"}}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			replies, err := ask(t, c.arguments, c.requests...)
			if err == nil || len(replies) > 0 || errors.Is(err, errUsage) != c.usage {
				t.Errorf("got %v, %v; %s", replies, err, c.reason)
			}
		})
	}
}

func TestDriverRefusesWrongFlags(t *testing.T) {
	cases := []struct {
		name, reason string
		arguments    []string
	}{
		{"argument", "a word that no flag takes", []string{"-rounds", "5", "fast"}},
		{"no rounds", "no median of nothing", []string{"-rounds", "0"}},
		{"no photos", "nothing to measure", []string{"-photos", "-1"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := run(t.Context(), c.arguments, strings.NewReader(""), &strings.Builder{}); !errors.Is(err, errUsage) {
				t.Errorf("got %v; %s", err, c.reason)
			}
		})
	}
}
