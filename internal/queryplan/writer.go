package queryplan

import (
	"strconv"

	"github.com/99designs/gqlgen/graphql"
)

// Writer is where the values of one result are appended as JSON, with gaps for fields that have yet to be resolved.
type Writer struct {
	// Bytes is what has been written. Functions of generated code append to it.
	Bytes []byte

	gaps     []gap     // in the order of Bytes
	at       *position // of the object that is being written, for the paths and contexts of gaps
	resolved []graphql.Marshaler
	// rewriting says that this is a second pass, in which the next gap takes the next of resolved. What is invalid then
	// is null, up to the next place that may be.
	rewriting bool
}

// Null appends null.
func (w *Writer) Null() { w.Bytes = append(w.Bytes, "null"...) }

// Quoted appends a text that needs no escapes other than those of Go, as the enums of gqlgen do.
func (w *Writer) Quoted(s string) { w.Bytes = strconv.AppendQuote(w.Bytes, s) }

// Marshal appends what a marshaler of gqlgen writes. It says false where that is null by its own decision.
func (w *Writer) Marshal(m graphql.Marshaler) bool {
	m.MarshalGQL(appender{w})
	return m != graphql.Null
}

// appender is a Writer as an io.Writer.
type appender struct{ *Writer }

// Write appends.
func (a appender) Write(p []byte) (int, error) {
	a.Bytes = append(a.Bytes, p...)
	return len(p), nil
}

// mark is a place to which a Writer can go back.
type mark struct{ bytes, gaps int }

func (w *Writer) mark() mark { return mark{len(w.Bytes), len(w.gaps)} }

func (w *Writer) back(m mark) { w.Bytes, w.gaps = w.Bytes[:m.bytes], w.gaps[:m.gaps] }
