package main

import (
	"context"
	"path/filepath"

	"pam/bench/process"
)

// program is one of those that are measured.
type program struct {
	id    string
	name  string // in the table
	words func(settingsFile string) []string
	inGo  bool // it serves all workloads on both catalogs, and can be profiled
}

// The ids of programs, which targets speak of.
const (
	pamProgram           = "pam"
	stockProgram         = "stock"
	apolloProgram        = "apollo"
	yogaProgram          = "yoga"
	mercuriusProgram     = "mercurius"
	mercuriusJoseProgram = "mercurius-jose"
)

// programs gives all, PAM first: the answers of the others have to equal its.
func programs(self, peers string) []program {
	inGo := func(id, name string) program {
		return program{id: id, name: name, inGo: true, words: func(settingsFile string) []string { return []string{self, "work", id, settingsFile} }}
	}
	node := func(id, name, script string, more ...string) program {
		return program{id: id, name: name, words: func(settingsFile string) []string {
			return append([]string{"node", filepath.Join(peers, script), settingsFile}, more...)
		}}
	}
	return []program{
		inGo(pamProgram, "PAM"),
		inGo(stockProgram, "gqlgen + jwx"),
		node(apolloProgram, "Apollo Server + jose", "apollo.mjs"),
		node(yogaProgram, "GraphQL Yoga + jose", "yoga.mjs"),
		node(mercuriusProgram, "Mercurius, jit + fast-jwt, cache", "mercurius.mjs", "fast-jwt"),
		node(mercuriusJoseProgram, "Mercurius, jit + jose", "mercurius.mjs", "jose"),
	}
}

// running is a program's process.
type running struct {
	program
	*process.Process
	address string
}

// start starts a program on a processor and learns where it is.
func (p program) start(ctx context.Context, processor int, settingsFile string) (*running, error) {
	config := process.Config{Processors: []int{processor}, Env: []string{"NODE_ENV=production"}}
	started, err := process.Start(ctx, config, p.words(settingsFile)...)
	if err != nil {
		return nil, err
	}
	r := &running{program: p, Process: started}
	answer, err := r.order(order{Do: whereabouts})
	r.address = answer.Address
	return r, err
}

func (r *running) order(o order) (answer state, err error) {
	err = r.Ask(o, &answer)
	return answer, err
}
