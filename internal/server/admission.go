package server

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/complexity"
	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"pam/internal/auth"
	"pam/internal/photos"
)

// denied makes a request error of the executor's kind; the presenter finds the photos.Error in it.
func denied(code photos.Code, format string, args ...any) *gqlerror.Error {
	return gqlerror.WrapPath(nil, photos.Errorf(code, format, args...))
}

// documentLimits looks at a document before the executor parses and validates it: some validations take more than
// linear time, so what they work on has to be bounded first. It comes before the extension that keeps persisted
// documents: what is refused is not kept, and what was kept need not be looked at again.
type documentLimits struct {
	// accepted are the documents that the executor keeps, all of which have been looked at.
	accepted graphql.Cache[*ast.QueryDocument]
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
} = documentLimits{}

// ExtensionName names the extension.
func (documentLimits) ExtensionName() string { return "DocumentLimits" }

// Validate has nothing to check.
func (documentLimits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses a document that exceeds a limit, and changes nothing.
func (l documentLimits) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if doc, ok := l.accepted.Get(ctx, params.Query); ok {
		return operationNamed(doc, params.OperationName)
	}
	if len(params.Query) > MaxDocumentSize {
		return denied(photos.LimitExceeded, "the document is longer than %d bytes", MaxDocumentSize)
	}
	source := &ast.Source{Input: params.Query}
	if tooManyTokens(source) {
		return denied(photos.LimitExceeded, "the document has more than %d tokens", MaxTokens)
	}
	doc, err := parser.ParseQuery(source)
	if err == nil {
		return shapeLimits(doc, params.OperationName)
	}
	return nil // the executor says what is wrong
}

// shapeLimits refuses a document that is well-formed and too large.
func shapeLimits(doc *ast.QueryDocument, operationName string) *gqlerror.Error {
	switch s := shapeOf(doc); {
	case s.depth > MaxDepth:
		return denied(photos.LimitExceeded, "the fields are nested more than %d deep", MaxDepth)
	case s.rootFields > MaxRootFields:
		return denied(photos.LimitExceeded, "the operation has more than %d root fields", MaxRootFields)
	case s.fields > MaxFields:
		return denied(photos.LimitExceeded, "the operation has more than %d fields", MaxFields)
	case s.defers:
		// The executor would go on in the background and wait for a reader that never comes.
		return denied(photos.BadUserInput, "@defer is not supported")
	}
	return operationNamed(doc, operationName)
}

// operationNamed refuses a request that does not say which of several operations it means.
func operationNamed(doc *ast.QueryDocument, operationName string) *gqlerror.Error {
	if len(doc.Operations) > 1 && operationName == "" {
		return denied(photos.BadUserInput, "the document has several operations: operationName must say which")
	}
	return nil
}

// tooManyTokens counts no further than it must. What is no token ends the count: the parser says what is wrong.
func tooManyTokens(source *ast.Source) bool {
	lex := lexer.New(source)
	for range MaxTokens + 1 {
		if token, err := lex.ReadToken(); err != nil || token.Kind == lexer.EOF {
			return false
		}
	}
	return true
}

// callerRequired refuses an operation without a caller before anything of it is resolved, unless it asks about the
// schema alone: so its answer has no data, as GraphQL over HTTP wants it for a request that is not permitted.
type callerRequired struct{}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = callerRequired{}

// ExtensionName names the extension.
func (callerRequired) ExtensionName() string { return "CallerRequired" }

// Validate has nothing to check.
func (callerRequired) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses, and changes nothing.
func (callerRequired) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if _, err := auth.CallerFrom(ctx); err != nil && !aboutSchema(op.Operation.SelectionSet) {
		return gqlerror.WrapPath(nil, err)
	}
	return nil
}

// aboutSchema says whether a root selection holds nothing but __typename, __schema and __type. The document is valid, so
// fragments exist and end; of a root type few fields can be spread in many ways, and documentLimits has bounded those.
func aboutSchema(set ast.SelectionSet) bool {
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			if !strings.HasPrefix(selection.Name, "__") {
				return false
			}
		case *ast.InlineFragment:
			if !aboutSchema(selection.SelectionSet) {
				return false
			}
		case *ast.FragmentSpread:
			if !aboutSchema(selection.Definition.SelectionSet) {
				return false
			}
		}
	}
	return true
}

// costLimit refuses an operation that may cost more than MaxComplexity, by the weights of the executable schema.
type costLimit struct {
	schema graphql.ExecutableSchema
	// known is what operations without variables cost, which is always the same.
	known *lru.Cache[*ast.OperationDefinition, int]
}

func newCostLimit(schema graphql.ExecutableSchema) costLimit {
	known, err := lru.New[*ast.OperationDefinition, int](documentCacheSize)
	if err != nil {
		panic(err) // the size is a positive constant
	}
	return costLimit{schema, known}
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = costLimit{}

// ExtensionName names the extension.
func (costLimit) ExtensionName() string { return "CostLimit" }

// Validate has nothing to check.
func (costLimit) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses, and changes nothing.
func (c costLimit) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	cost, ok := c.known.Get(op.Operation)
	if !ok {
		cost = complexity.Calculate(ctx, c.schema, op.Operation, op.Variables)
		if len(op.Operation.VariableDefinitions) == 0 {
			c.known.Add(op.Operation, cost)
		}
	}
	if cost > MaxComplexity {
		return denied(photos.LimitExceeded, "the operation may cost %d, which is more than %d: ask for fewer list elements at once",
			cost, MaxComplexity)
	}
	return nil
}
