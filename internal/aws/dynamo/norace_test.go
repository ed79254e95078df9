//go:build !race

package dynamo_test

const underRace = false
