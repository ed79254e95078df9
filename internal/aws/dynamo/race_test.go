//go:build race

package dynamo_test

// underRace says that the race detector is on, with which minidyn is about eight times slower.
const underRace = true
