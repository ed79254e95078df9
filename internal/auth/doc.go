// Package auth turns a bearer token into a photos.Caller: it is the only place that knows what a Cognito access token
// looks like and when one is good. Package server puts its Middleware before the GraphQL handler, resolvers ask
// CallerFrom, and the Lambda that answers AppSync uses WithCaller after it has called Verify itself.
//
// Nothing about a token is taken from the token: the algorithm is fixed (RS256), the keys come from the issuer's JWKS
// alone, and issuer and clients are configured. Tokens never appear in errors or logs.
package auth
