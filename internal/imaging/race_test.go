//go:build race

package imaging

// raceDetector says that the tests run under it, ten times slower.
const raceDetector = true
