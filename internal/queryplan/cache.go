package queryplan

import (
	"errors"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// cachedOperations is how many operations are kept with their plans. It should not be less than the documents that a
	// server keeps: an operation is recognized by its place in memory, so one whose document is parsed anew is another.
	cachedOperations = 128
	// cachedVariants is how many plans are kept of one operation, one for each combination of truth values that its
	// conditions have had. For others a plan is made each time.
	cachedVariants = 8
)

// cache keeps plans: up to some 0.2 MiB each for an operation of 1,000 fields.
type cache struct {
	operations *lru.Cache[*ast.OperationDefinition, *operation]
}

func newCache() *cache {
	operations, err := lru.New[*ast.OperationDefinition, *operation](cachedOperations)
	if err != nil {
		panic(err) // the size is a positive constant
	}
	return &cache{operations}
}

// operation is an operation with its plans.
type operation struct {
	conditions []string
	mu         sync.RWMutex
	plans      map[string]*Plan
}

var errNotBoolean = errors.New("a condition is no truth value")

// variant writes the truth values of the conditions.
func (o *operation) variant(variables map[string]any) (string, error) {
	if len(o.conditions) == 0 {
		return "", nil
	}
	values := make([]byte, len(o.conditions))
	for i, name := range o.conditions {
		value, ok := variables[name].(bool)
		if !ok {
			return "", errNotBoolean
		}
		values[i] = '-'
		if value {
			values[i] = '+'
		}
	}
	return string(values), nil
}

// plan gives the plan of an operation, made by compile where it is not known yet; nil where it has none.
func (c *cache) plan(op *graphql.OperationContext, compile func() *Plan) *Plan {
	known, ok := c.operations.Get(op.Operation)
	if !ok {
		known = &operation{conditions: conditions(op), plans: make(map[string]*Plan)}
		c.operations.Add(op.Operation, known)
	}
	variant, err := known.variant(op.Variables)
	if err != nil {
		return nil
	}
	known.mu.RLock()
	p, ok := known.plans[variant]
	known.mu.RUnlock()
	if ok {
		return p
	}
	p = compile()
	known.mu.Lock()
	defer known.mu.Unlock()
	if len(known.plans) < cachedVariants {
		known.plans[variant] = p
	}
	return p
}
