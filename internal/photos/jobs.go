package photos

import (
	"context"
	"fmt"
)

// Handle does a job. An error means that the job is to be handed out again later; one that wraps ErrBusy says nothing
// against the job.
func (l *Library) Handle(ctx context.Context, j Job) error {
	switch j.Kind {
	case JobLabel:
		return l.LabelPhoto(ctx, j.Owner, j.PhotoID)
	case JobPlan:
		return l.PlanArchive(ctx, j.Owner, j.ArchiveID)
	case JobPart:
		return l.BuildPart(ctx, j.Owner, j.ArchiveID, j.Part)
	case JobFinish:
		return l.FinishArchive(ctx, j.Owner, j.ArchiveID)
	}
	return fmt.Errorf("there is no job of kind %q", j.Kind)
}

// GiveUp ends what a job was about in a state that its owner sees, because the job failed too often; the cause goes to
// the log.
func (l *Library) GiveUp(ctx context.Context, j Job, cause error) error {
	l.Logger.ErrorContext(ctx, "a job failed for good", "kind", j.Kind, "owner", j.Owner, "photo", j.PhotoID, "archive", j.ArchiveID,
		"part", j.Part, "error", cause)
	switch j.Kind {
	case JobLabel:
		return l.giveUpLabelling(ctx, j.Owner, j.PhotoID)
	case JobPlan, JobPart, JobFinish:
		return l.giveUpArchive(ctx, j.Owner, j.ArchiveID)
	}
	return nil
}
