package photos_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// Environment variables by which longer runs ask for more simulations, and a person for the one that failed.
const (
	schedulesVariable = "SCHEDULES"
	seedVariable      = "SEED"
)

// number reads an environment variable.
func number(t *testing.T, name string, otherwise uint64) uint64 {
	text, ok := os.LookupEnv(name)
	if !ok {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// Whatever comes twice, late, out of order or not at all, and wherever the process dies: when the world is calm again the
// counters equal the photos, every photo is LABELLED once or gone, every archive is right or says truly why it is not,
// and nothing is left behind.
func TestSchedules(t *testing.T) {
	first := number(t, seedVariable, uint64(rand.Uint32()))
	count := number(t, schedulesVariable, 15)
	t.Logf("%d schedules: SEED=%d to SEED=%d; to see one: SEED=n SCHEDULES=1 go test ./internal/photos -run TestSchedules -v", count, first, first+count-1)
	var next atomic.Uint64
	for lane := range 2 {
		t.Run(fmt.Sprint("lane ", lane), func(t *testing.T) {
			t.Parallel()
			for {
				seed := next.Add(1) - 1
				if seed >= count {
					return
				}
				synctest.Test(t, func(t *testing.T) { runSchedule(t, first+seed) })
			}
		})
	}
}

func runSchedule(t *testing.T, seed uint64) (trace []string) {
	s := newSimulation(t, seed)
	defer s.close()
	s.run(15 + s.random.IntN(30))
	s.calm()
	s.check()
	s.checkLeft()
	if t.Failed() {
		t.Logf("SEED=%d, faults at %v of the calls, %d tries of a message:\n%s", seed, s.share, s.tries, strings.Join(s.trace, "\n"))
	}
	return s.trace
}

// A seed that fails must fail again.
func TestSchedulesAreReproducible(t *testing.T) {
	seed := number(t, seedVariable, uint64(rand.Uint32()))
	var traces [2][]string
	for i := range traces {
		synctest.Test(t, func(t *testing.T) { traces[i] = runSchedule(t, seed) })
	}
	for i := range max(len(traces[0]), len(traces[1])) {
		if i >= len(traces[0]) || i >= len(traces[1]) || traces[0][i] != traces[1][i] {
			t.Fatalf("SEED=%d differs from line %d on:\n%s\n\n%s", seed, i,
				strings.Join(traces[0][max(0, i-3):min(i+3, len(traces[0]))], "\n"), strings.Join(traces[1][max(0, i-3):min(i+3, len(traces[1]))], "\n"))
		}
	}
	t.Logf("SEED=%d: %d lines", seed, len(traces[0]))
}
