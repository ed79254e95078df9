//go:build race

package conformance_test

// underRace says that the race detector is on.
const underRace = true
