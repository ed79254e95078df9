// Command api is the Lambda function of the API: GraphQL, GraphiQL and the schema over a Function URL that streams, and
// AppSync's direct resolvers. Its environment is described in internal/aws/settings.
package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"pam/internal/appsync"
	"pam/internal/aws/settings"
	"pam/internal/functionurl"
	"pam/internal/invocation"
)

func main() {
	logger := invocation.Logger(os.Stderr, os.Getenv)
	handler, err := open(os.Getenv, logger)
	if err != nil {
		logger.Error("the function cannot start", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

// open makes the handler, which tells the two kinds of events apart by their shape. It asks nothing of anybody.
func open(getenv func(string) string, logger *slog.Logger) (func(context.Context, json.RawMessage) (any, error), error) {
	s, err := settings.Read(settings.API, getenv)
	if err != nil {
		return nil, err
	}
	a, err := openAPI(s, getenv, logger)
	if err != nil {
		return nil, err
	}
	resolver := appsync.Handler{Schema: a.schema.Schema, Executor: a.server, Verifier: a.verifier, Logger: logger}
	url := functionurl.Serve(a.server)
	return func(ctx context.Context, event json.RawMessage) (any, error) {
		if appsync.Is(event) {
			return resolver.Handle(ctx, event)
		}
		return url(ctx, event)
	}, nil
}
