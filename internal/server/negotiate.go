package server

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of answers.
const (
	// graphqlJSON is the media type that GraphQL over HTTP defines; its status codes tell request errors apart.
	graphqlJSON = "application/graphql-response+json"
	// plainJSON is what clients get that do not know graphqlJSON; well-formed requests get 200 under it.
	plainJSON = "application/json"
	// eventStream carries subscriptions.
	eventStream = "text/event-stream"
)

// acceptance is what a client takes for an answer.
type acceptance struct {
	document string // graphqlJSON or plainJSON, whichever it prefers; "" when it takes neither
	stream   bool   // whether it takes eventStream
}

// none says that there is no form of answer that the client takes.
func (a acceptance) none() bool { return a.document == "" && !a.stream }

// documentType is the media type for an error that has to be told in any case.
func (a acceptance) documentType() string {
	if a.document == "" {
		return plainJSON
	}
	return a.document
}

// negotiate reads the Accept header (RFC 9110, section 12.5.1). Without one, and where only a wildcard matches, the
// document is plainJSON: so GraphQL over HTTP wants it for clients that predate it
// (https://graphql.github.io/graphql-over-http/draft/#sec-Legacy-Watershed). A client that names both gets what it
// prefers, and graphqlJSON when it does not say.
func negotiate(header http.Header) acceptance {
	accept := strings.Join(header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return acceptance{document: plainJSON, stream: true}
	}
	ranges := parseAccept(accept)
	standard, legacy := ranges.match(graphqlJSON), ranges.match(plainJSON)
	a := acceptance{stream: ranges.match(eventStream).quality > 0}
	switch {
	case standard.quality <= 0 && legacy.quality <= 0:
	case standard.better(legacy) || standard == legacy && standard.specificity == exact:
		a.document = graphqlJSON
	default:
		a.document = plainJSON
	}
	return a
}

// How closely a media range names a type.
const (
	anyType = iota + 1
	anySubtype
	exact
)

// match says how much a client wants a type, and how closely it named it.
type match struct {
	quality     float64
	specificity int
}

func (m match) better(other match) bool {
	if m.quality != other.quality {
		return m.quality > other.quality
	}
	return m.specificity > other.specificity
}

// mediaRanges maps the ranges of an Accept header to their quality, 0 to 1.
type mediaRanges map[string]float64

func parseAccept(accept string) mediaRanges {
	ranges := make(mediaRanges)
	for part := range strings.SplitSeq(accept, ",") {
		mediaRange, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue // a range that cannot be read matches nothing
		}
		quality := 1.0
		if q, ok := params["q"]; ok {
			if quality, err = strconv.ParseFloat(q, 64); err != nil || !(quality >= 0 && quality <= 1) {
				continue
			}
		}
		ranges[mediaRange] = max(quality, ranges[mediaRange])
	}
	return ranges
}

// match finds the closest range for a type; the zero match when there is none.
func (r mediaRanges) match(mediaType string) match {
	major, _, _ := strings.Cut(mediaType, "/")
	if quality, ok := r[mediaType]; ok {
		return match{quality, exact}
	}
	if quality, ok := r[major+"/*"]; ok {
		return match{quality, anySubtype}
	}
	if quality, ok := r["*/*"]; ok {
		return match{quality, anyType}
	}
	return match{}
}
