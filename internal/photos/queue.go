package photos

import "context"

// JobKind says what a job asks for.
type JobKind string

// The jobs of the detector (label) and of the archiver (plan, part, finish).
const (
	JobLabel  JobKind = "label"
	JobPlan   JobKind = "plan"
	JobPart   JobKind = "part"
	JobFinish JobKind = "finish"
)

// Job is a piece of work to be done outside the request that caused it. It only names records: whatever it decides on,
// it reads when it runs, so that a job which comes twice, late or out of order does no harm.
type Job struct {
	Kind      JobKind `json:"kind"`
	Owner     Owner   `json:"owner"`
	PhotoID   string  `json:"photoId,omitempty"`
	ArchiveID string  `json:"archiveId,omitempty"`
	Part      int     `json:"part,omitempty"`
}

// JobQueue takes jobs and hands each to a worker at least once: what Send has taken is not lost in a crash. Label jobs go
// to the detector's queue, the others to the archiver's. A job that fails repeatedly ends as a dead letter, after
// Library.GiveUp was told.
type JobQueue interface {
	// Send takes jobs, 0 to 10,000; on an error some of them may have been taken. A job equal to one that waits may be
	// taken as that one.
	Send(ctx context.Context, jobs ...Job) error
}
