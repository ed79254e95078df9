package server

import "time"

// Limits of one request. Whoever exceeds one is told its number, with code LIMIT_EXCEEDED. For
// comparison: 100 uploads at once have about 30 KiB of variables, and the introspection that GraphiQL sends has some 100
// fields.
const (
	// MaxBodySize is the largest request body in bytes: 1 MiB.
	MaxBodySize = 1 << 20
	// MaxDocumentSize is the longest operation document in bytes: 64 KiB. Documents are cached, variables are not.
	MaxDocumentSize = 64 << 10
	// MaxTokens is how many tokens a document may have, counted before it is parsed.
	MaxTokens = 5000
	// MaxDepth is how deep fields may be nested. The deepest use of the contract has 6 levels
	// (labels, nodes, photos, nodes, labels, name). Below __schema and __type another rule holds: list fields of the
	// introspection may be nested 3 deep.
	MaxDepth = 12
	// MaxRootFields is how many fields an operation may ask of its root type, aliases and fragments included.
	MaxRootFields = 30
	// MaxFields is how many fields an operation may have once its fragments are spread. Validation compares fields of the
	// same name pair by pair, so its time grows with the square: some 0.1 s at this number.
	MaxFields = 1000
	// MaxComplexity is how much an operation may cost by the weights in package resolvers, where a plain field costs 1
	// and a list as many times its elements as it may have: 500 labels with the thumbnail of one photo each pass, 100
	// labels with 100 photos each do not.
	MaxComplexity = 20_000
	// OperationTime is how long a query or mutation may take. Subscriptions are exempt.
	OperationTime = 20 * time.Second
)

// Bounds of what is kept between requests.
const (
	// documentCacheSize is how many parsed documents are kept, up to 1 MiB each for one of MaxTokens.
	documentCacheSize = 128
	// persistedCacheSize is how many documents are kept for automatic persisted queries, up to MaxDocumentSize each. A
	// client whose document is gone sends it again.
	persistedCacheSize = 256
)

// Times of connections.
const (
	// HeartbeatInterval is how often an idle stream carries a comment, so that proxies do not take it for dead.
	HeartbeatInterval = 15 * time.Second
	// streamWriteTime is how long a client may take to receive one event.
	streamWriteTime = 30 * time.Second
	// bodyReadTime is how long a client may take to send its request.
	bodyReadTime = 30 * time.Second
	// HealthTime is how long one health check may take.
	HealthTime = 2 * time.Second
)
