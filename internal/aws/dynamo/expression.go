package dynamo

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// expression collects the names and values that the expressions of one action refer to. Every name goes through a
// placeholder, since many plain words are reserved.
type expression struct {
	names  map[string]string
	values map[string]types.AttributeValue
	set    []string
	add    []string
}

// name gives the placeholder of an attribute.
func (e *expression) name(attribute string) string {
	if e.names == nil {
		e.names = make(map[string]string)
	}
	e.names["#"+attribute] = attribute
	return "#" + attribute
}

// value gives the placeholder of a value.
func (e *expression) value(v types.AttributeValue) string {
	if e.values == nil {
		e.values = make(map[string]types.AttributeValue)
	}
	placeholder := ":v" + strconv.Itoa(len(e.values))
	e.values[placeholder] = v
	return placeholder
}

// exists and missing are conditions on the item as a whole.
func (e *expression) exists() string { return "attribute_exists(" + e.name(PartitionKey) + ")" }

func (e *expression) missing() string { return "attribute_not_exists(" + e.name(PartitionKey) + ")" }

// equals is a condition on an attribute.
func (e *expression) equals(attribute string, v types.AttributeValue) string {
	return e.name(attribute) + " = " + e.value(v)
}

// setTo and addTo are the clauses of an update.
func (e *expression) setTo(attribute string, v types.AttributeValue) {
	e.set = append(e.set, e.equals(attribute, v))
}

func (e *expression) addTo(attribute string, n int64) {
	if n != 0 {
		e.add = append(e.add, e.name(attribute)+" "+e.value(number(n)))
	}
}

// update is the text of the update.
func (e *expression) update() *string {
	var clauses []string
	for _, clause := range []struct {
		word  string
		parts []string
	}{{"SET ", e.set}, {"ADD ", e.add}} {
		if len(clause.parts) > 0 {
			clauses = append(clauses, clause.word+strings.Join(clause.parts, ", "))
		}
	}
	return aws.String(strings.Join(clauses, " "))
}

// condition is the text of a condition; nil for none.
func condition(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
