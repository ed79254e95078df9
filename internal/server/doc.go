// Package server is PAM's HTTP surface as one http.Handler: the GraphQL endpoint with authentication and limits around
// the generated executor, the schema as text, GraphiQL, the settings of the pages, and health. The mains of the laptop
// and of AWS build it with New; neither adds anything to what a request goes through.
//
// A request passes, from the outside in: request id, access log and panic barrier (accesslog.go), security headers and
// host check (security.go), routing (server.go). On /graphql follow CORS, authentication (package auth), media types
// (negotiate.go), the request's parameters (params.go), limits before and after parsing (admission.go, shape.go), and the
// executor; the answer leaves as one document (graphql.go) or as a stream (stream.go).
//
// The GraphQL endpoint has transports of its own on gqlgen's executor instead of gqlgen's: those echo malformed JSON,
// answer request errors with a null data entry and 422, and read bodies without a bound. Every number that can refuse a
// request stands in limits.go.
package server
