package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"pam/graph"
	"pam/internal/absent"
	"pam/internal/auth"
	"pam/internal/aws/cognito"
	"pam/internal/aws/dynamo"
	"pam/internal/aws/settings"
	"pam/internal/aws/sns"
	"pam/internal/aws/sqs"
	"pam/internal/photos"
	"pam/internal/s3"
	"pam/internal/server"
	"pam/resolvers"
	"pam/web"
)

// maxStream is how long a stream may last: the function's time is a little longer, and a sandbox serves nobody else
// meanwhile. Clients ask again.
const maxStream = time.Minute

// settling is far longer than it takes DynamoDB to apply a transaction, which it does item by item: readers of several items
// may see some of it before the rest. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation.
const settling = 5 * time.Second

// api is what answers requests.
type api struct {
	schema   graphql.ExecutableSchema
	server   *server.Server
	verifier *auth.Verifier
}

func openAPI(s settings.Settings, getenv func(string) string, logger *slog.Logger) (api, error) {
	client := s3.NewHTTPClient()
	aws, err := settings.ReadAWS(getenv, client)
	if err != nil {
		return api{}, err
	}
	notifier, err := sns.New(aws.Config(settings.SNS), sns.Config{TopicPrefix: s.TopicPrefix, Site: s.Site})
	if err != nil {
		return api{}, err
	}
	library, err := photos.NewLibrary(photos.Config{
		Catalog:   dynamo.New(dynamodb.NewFromConfig(aws.Config(settings.DynamoDB)), s.Table),
		Objects:   s3.New(aws.Config(settings.S3), s3.Buckets{Storage: s.StorageBucket, Working: s.WorkingBucket}),
		Inspector: absent.Inspector{}, Labeler: absent.Labeler{},
		Queue:     sqs.New(aws.Config(settings.SQS), sqs.URLs{Archiver: s.ArchiverQueueURL}),
		Notifier:  notifier,
		Directory: cognito.New(aws.Config(settings.Cognito), s.UserPoolID),
		Now:       time.Now, NewID: photos.ULIDs(), Logger: logger, StoreExpires: true,
		Settling: settling,
	})
	if err != nil {
		return api{}, err
	}
	verifier, err := auth.NewVerifier(auth.Config{
		Issuer: s.Issuer, JWKSURL: s.Issuer + "/.well-known/jwks.json", ClientIDs: s.ClientIDs, HTTPClient: client,
	})
	if err != nil {
		return api{}, err
	}
	pages, err := web.Dist()
	if err != nil {
		return api{}, err
	}
	schema := graph.NewExecutableSchema(resolvers.Config(library))
	handler, err := server.New(server.Config{
		Schema: schema, Verifier: verifier, Logger: logger, Pages: pages, Settings: pageSettings(s),
		LoginOrigins: s.LoginOrigins, StoreOrigin: s.StoreOrigin,
		// The site is in front of this function, which sees its own host name alone; so it sends nobody there, and lets the
		// site's pages call it by that name too.
		AllowOrigins: append([]string{s.Site}, s.AllowOrigins...),
		MaxStream:    maxStream,
		Health: []server.Check{{Name: "catalog", Probe: func(ctx context.Context) error {
			_, err := library.Catalog.Owners(ctx, "", 1)
			return err
		}}},
	})
	return api{schema, handler, verifier}, err
}

// pageSettings are what the pages are told. They ask again for changes: a stream would hold a sandbox for each page that
// is open.
func pageSettings(s settings.Settings) server.Settings {
	scopes := []string{"openid", "email", "profile"}
	for _, scope := range photos.AllScopes() {
		scopes = append(scopes, string(scope))
	}
	p := server.Settings{Issuer: s.Issuer, ClientID: s.ClientIDs[0], Scopes: scopes, Live: server.LivePoll}
	if s.LogoutURL != "" {
		p.LogoutURL = &s.LogoutURL
	}
	return p
}
