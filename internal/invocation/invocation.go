// Package invocation stands between Lambda and what its functions do: the ids and deadlines of invocations, and logs in
// the form that Lambda's log service reads.
package invocation

import (
	"context"
	"io"
	"log"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"pam/internal/requestid"
)

// WithRequestID gives a context whose request id is that of the invocation, where there is one: so what the function logs
// and tells callers leads to what Lambda itself logs (REPORT lines, metrics, traces).
func WithRequestID(ctx context.Context) context.Context {
	if lc, ok := lambdacontext.FromContext(ctx); ok && lc.AwsRequestID != "" {
		return requestid.With(ctx, lc.AwsRequestID)
	}
	return ctx
}

// WithMargin gives a context that ends so long before the invocation does, in time to say what became of the work. An
// invocation with less time left than twice the margin keeps half of it for work. Where ctx has no deadline, it stays so.
func WithMargin(ctx context.Context, margin time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	if left := time.Until(deadline); left < 2*margin {
		margin = left / 2
	}
	return context.WithDeadline(ctx, deadline.Add(-margin))
}

// levelVariable is where Lambda says which lines it keeps. Source: "Configuring advanced logging controls" in the Lambda
// developer guide.
const levelVariable = "AWS_LAMBDA_LOG_LEVEL"

// Logger writes lines of JSON to out, which is os.Stderr on Lambda, from the level on that Lambda is set to keep, INFO
// where it does not say. Libraries that log without being given a logger come out in the same form, from WARN on.
func Logger(out io.Writer, getenv func(string) string) *slog.Logger {
	level := slog.LevelInfo
	if name := getenv(levelVariable); name != "" {
		switch name { // Lambda's levels; slog has no TRACE and no FATAL
		case "TRACE":
			level = slog.LevelDebug
		case "FATAL":
			level = slog.LevelError
		default:
			if err := level.UnmarshalText([]byte(name)); err != nil {
				level = slog.LevelInfo
			}
		}
	}
	logger := slog.New(requestid.LogHandler(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})))
	slog.SetDefault(slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: max(level, slog.LevelWarn)})))
	log.SetFlags(0)
	slog.SetLogLoggerLevel(slog.LevelWarn)
	return logger
}
