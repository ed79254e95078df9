package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"pam/bench/table"
)

func TestPercentile(t *testing.T) {
	ms := func(numbers ...int) []time.Duration {
		var all []time.Duration
		for _, n := range numbers {
			all = append(all, time.Duration(n)*time.Millisecond)
		}
		return all
	}
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = 100 - i
	}
	cases := []struct {
		name, reason string
		durations    []time.Duration
		p            float64
		want         time.Duration
	}{
		{"median", "half of them are no longer", ms(5, 1, 3, 2, 4), 50, 3 * time.Millisecond},
		{"median of an even number", "the lower of the two in the middle", ms(4, 1, 3, 2), 50, 2 * time.Millisecond},
		{"99 of 100", "one of a hundred may be longer", ms(hundred...), 99, 99 * time.Millisecond},
		{"99 of few", "none of ten may be longer", ms(hundred[:10]...), 99, 100 * time.Millisecond},
		{"one", "it is every percentile", ms(7), 1, 7 * time.Millisecond},
		{"none", "there is nothing to tell", nil, 99, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := percentile(c.durations, c.p); got != c.want {
				t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestDifference(t *testing.T) {
	const want = `{"data":{"labels":{"totalCount":2,"nodes":[{"name":"Dog","confidence":55.0,"url":"http://a/?X=1"},{"name":"Cat","url":null}]}}}`
	cases := []struct{ name, reason, got, want string }{
		{"equal", "the order of members and blanks do not count", ` {"data":{"labels":{"nodes":[{"url":"http://a/?X=2","name":"Dog","confidence":55.0},{"name":"Cat","url":null}],"totalCount":2}}}` + "\n", ""},
		{"value", "one label is another", strings.Replace(want, "Cat", "Cow", 1), "answer.data.labels.nodes[1].name is Cow, want Cat"},
		{"number", "a number is written otherwise", strings.Replace(want, "55.0", "55", 1), "answer.data.labels.nodes[0].confidence is 55, want 55.0"},
		{"order", "the order of elements counts", `{"data":{"labels":{"totalCount":2,"nodes":[{"name":"Cat","url":null},{"name":"Dog"}]}}}`, "answer.data.labels.nodes[0].confidence is <nil>, want 55.0"},
		{"fewer", "an element is missing", `{"data":{"labels":{"totalCount":2,"nodes":[]}}}`, "answer.data.labels.nodes has 0 elements, want 2"},
		{"missing", "null is not nothing", strings.Replace(want, `"name":"Cat",`, "", 1), "answer.data.labels.nodes[1].name is <nil>, want Cat"},
		{"more", "a member that nobody asked for", strings.Replace(want, `"totalCount"`, `"x":null,"totalCount"`, 1), "answer.data.labels.x should not be there"},
		{"kind of a volatile one", "a link that is there is not one that is not", strings.Replace(want, `"http://a/?X=1"`, "null", 1), "answer.data.labels.nodes[0].url is (some <nil>), want (some string)"},
		{"list for a value", "it is no number", strings.Replace(want, `"totalCount":2`, `"totalCount":[2]`, 1), "answer.data.labels.totalCount is a list"},
		{"object for a list", "it is no list", strings.Replace(want, `"nodes":[`, `"more":[`, 1), "answer.data.labels.more is a list"},
	}
	expected, err := answerValue([]byte(want), []string{"url"})
	if err != nil || elementsAt(expected, "data", "labels", "nodes") != 2 || elementsAt(expected, "data", "photos", "nodes") != 0 {
		t.Fatal(expected, err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := answerValue([]byte(c.got), []string{"url"})
			if err != nil {
				t.Fatal(err)
			}
			if found := difference("answer", got, expected); found != c.want {
				t.Errorf("got %q, want %q; %s", found, c.want, c.reason)
			}
		})
	}
	if _, err := answerValue([]byte("<html>"), nil); err == nil {
		t.Error("what is not JSON gives no error")
	}
}

// TestContract holds the schemas of the peers to PAM's: everything in them is there as well, of the same type and with the
// same arguments.
func TestContract(t *testing.T) {
	load := func(files ...string) *ast.Schema {
		var sources []*ast.Source
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources = append(sources, &ast.Source{Name: file, Input: string(text)})
		}
		return gqlparser.MustLoadSchema(sources...)
	}
	whole := load("../../schema.graphql")
	load("contract/labels.graphql") // it stands alone: peers in Node serve nothing else
	fields := 0
	for name, part := range load("contract/labels.graphql", "contract/more.graphql").Types {
		theirs := whole.Types[name]
		if theirs == nil || theirs.Kind != part.Kind {
			t.Errorf("the contract has no such %s %s", part.Kind, name)
			continue
		}
		for _, field := range part.Fields {
			fields++
			if found := theirs.Fields.ForName(field.Name); found == nil || !sameField(found, field) {
				t.Errorf("%s.%s is another in the contract", name, field.Name)
			}
		}
		for _, value := range part.EnumValues {
			if theirs.EnumValues.ForName(value.Name) == nil {
				t.Errorf("%s has no value %s in the contract", name, value.Name)
			}
		}
	}
	if fields < 50 {
		t.Errorf("%d fields were compared: that is not all", fields)
	}
}

func sameField(whole, part *ast.FieldDefinition) bool {
	text := func(v *ast.Value) string {
		if v == nil {
			return ""
		}
		return v.String()
	}
	for _, argument := range part.Arguments {
		found := whole.Arguments.ForName(argument.Name)
		if found == nil || found.Type.String() != argument.Type.String() || text(found.DefaultValue) != text(argument.DefaultValue) {
			return false
		}
	}
	return whole.Type.String() == part.Type.String() && (whole.Directives.ForName("scope") == nil) == (part.Directives.ForName("scope") == nil)
}

// TestBarrage sends a round to a server that counts, and rounds to servers that answer as they should not.
func TestBarrage(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	answer, status := `{"data":{"n":1}}`, http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.Header.Get("Authorization")]++
		w.WriteHeader(status)
		fmt.Fprint(w, answer)
	}))
	defer server.Close()
	b := barrage{
		Address: server.Listener.Addr().String(), PID: os.Getpid(), Tokens: []string{"a", "b", "c"}, Body: []byte(`{"query":"{n}"}`),
		Connections: 4, Requests: 120, Warmup: 30,
	}
	found, err := b.send(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if seen["Bearer a"] != 50 || seen["Bearer b"] != 50 || seen["Bearer c"] != 50 {
		t.Errorf("150 requests with the tokens in turns were sent with %v", seen)
	}
	if found.Operations != 120 || found.Bytes != float64(len(answer)) || found.Median <= 0 || found.P99 < found.Median || found.PerSecond <= 0 || found.Resident <= 0 || found.Peak < found.Resident {
		t.Errorf("found %+v", found)
	}
	for _, c := range []struct {
		name, reason, answer string
		status               int
	}{
		{"refused", "a refusal is quick and must not count", `{"errors":[]}`, http.StatusUnauthorized},
		{"errors", "errors come with status 200, too", `{"errors":[{"message":"no"}],"data":null}`, http.StatusOK},
		{"no data", "an answer without data is none", `{"data":null}`, http.StatusOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			mu.Lock()
			answer, status = c.answer, c.status
			mu.Unlock()
			if _, err := b.send(t.Context()); err == nil || !strings.Contains(err.Error(), c.answer) {
				t.Errorf("got %v; %s", err, c.reason)
			}
		})
	}
}

func TestFreshCount(t *testing.T) {
	cases := []struct {
		name, reason, event string
		want                int
		wrong               error
	}{
		{"there", "the count tells the commit", `{"data":{"labels":{"changed":[{"name":"Dog","count":3},{"name":"Fresh","count":7}]}}}`, 7, nil},
		{"not there", "the first event comes before any commit", `{"data":{"labels":{"changed":[{"name":"Dog","count":3}]}}}`, 0, errNoFresh},
		{"error", "the server could not tell", `{"errors":[{"message":"no"}],"data":null}`, 0, errors.New("an event tells of nothing")},
		{"not JSON", "the event is cut off", `{"data":{"lab`, 0, errors.New("read an event")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := freshCount([]byte(c.event))
			if got != c.want || (err == nil) != (c.wrong == nil) || err != nil && !strings.HasPrefix(err.Error(), c.wrong.Error()) {
				t.Errorf("got %d, %v; %s", got, err, c.reason)
			}
		})
	}
}

func TestDelays(t *testing.T) {
	start := time.UnixMicro(1_000_000)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	f := following{streams: []*stream{
		{sightings: []sighting{{at(50), 12, 100}, {at(90), 13, 200}}}, // two commits in one event
		{sightings: []sighting{{at(30), 10, 50}, {at(95), 13, 150}}},  // an event of something else first
	}}
	delays, events, size := f.delays(10, []time.Time{at(10), at(40), at(80)})
	slices.Sort(delays)
	var got []string
	for _, d := range delays {
		got = append(got, d.String())
	}
	if want := "10ms 10ms 15ms 40ms 55ms 85ms"; strings.Join(got, " ") != want || events != 4 || size != 500 {
		t.Errorf("got %v of %d events and %d bytes, want %s", got, events, size, want)
	}
}

func TestRequests(t *testing.T) {
	cases := []struct {
		name, reason     string
		share            float64
		all, connections int
		want             int
	}{
		{"all", "labels in memory cost least", 1, 2000, 32, 2000},
		{"one connection", "it takes as long as four", 1, 2000, 1, 500},
		{"share", "what costs more is asked less often", 0.05, 2000, 32, 100},
		{"short", "a median of nothing says nothing", 0.05, 100, 1, 10},
		{"connections", "each has to have a request", 0.05, 100, 32, 32},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := (workload{share: c.share}).requests(c.all, c.connections); got != c.want {
				t.Errorf("got %d, want %d; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestReport(t *testing.T) {
	m := measurement{workload: labelsQuery(), catalog: inMemory}
	of := func(id string, cpu ...float64) result {
		r := result{measurement: m, program: program{id: id, name: id}, connections: mostConnections}
		for i, c := range cpu {
			r.samples = append(r.samples, sample{CPU: c, Median: 2, P99: 9, PerSecond: 1e6 / c, Resident: 20_000_000, Peak: 20_000_000 + int64(i)*10_000_000, Bytes: 5808})
		}
		return r
	}
	var out bytes.Buffer
	if err := report(&out, "a machine", []result{of(pamProgram, 100, 80, 500), of(apolloProgram, 640, 650, 700)}); err != nil {
		t.Fatal(err)
	}
	want := strings.TrimPrefix(`
a machine

| what               | catalog | program | connections | processor time each | p50     | p99     | a second | resident | peak  | bytes each |
| ------------------ | ------- | ------- | ----------- | ------------------- | ------- | ------- | -------- | -------- | ----- | ---------- |
| labels(first: 100) | memory  | pam     | 32          | 100 us              | 2.00 ms | 9.00 ms | 10000    | 20 MB    | 40 MB | 5808       |
| labels(first: 100) | memory  | apollo  | 32          | 650 us              | 2.00 ms | 9.00 ms | 1538     | 20 MB    | 40 MB | 5808       |

| PAM's labels(first: 100), memory                    | measured | at most    | met          |
| --------------------------------------------------- | -------- | ---------- | ------------ |
| processor time, to Apollo Server + jose             | 1/6.5    | 1/6.0      | yes          |
| processor time, to Mercurius, jit + fast-jwt, cache |          | 1.00 times | not measured |
| p99 over 32 connections                             | 9.00 ms  | 8.00 ms    | **NO**       |
| memory, at the peak                                 | 40 MB    | 40 MB      | yes          |
`, "\n")
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	if v := (target{value: math.NaN(), most: 1}).verdict(); v != table.Skipped {
		t.Errorf("what was not measured is %q", v)
	}
}

func TestWrongUse(t *testing.T) {
	cases := []struct {
		name, reason string
		arguments    []string
	}{
		{"argument", "a word that no flag takes", []string{"-rounds", "5", "fast"}},
		{"no rounds", "no median of nothing", []string{"-rounds", "0"}},
		{"no requests", "nothing would be measured", []string{"-requests", "0"}},
		{"nothing chosen", "a name that nothing has", []string{"-only", "movies"}},
		{"no work", "a process must be told what it is", []string{"work"}},
		{"unknown work", "a server that is none", []string{"work", "hasura", filepath.Join(t.TempDir(), "settings.json")}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := run(t.Context(), c.arguments, strings.NewReader(""), &strings.Builder{}); !errors.Is(err, errUsage) {
				t.Errorf("got %v; %s", err, c.reason)
			}
		})
	}
}
