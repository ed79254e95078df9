package main

import (
	"encoding/json"
	"fmt"
)

// workload is what the servers are asked.
type workload struct {
	id    string
	name  string // in the table
	query string
	// variables go with the query.
	variables map[string]any
	// list is the way to the list of the answer, which has to have pageSize elements.
	list []string
	// volatile are the members of the answer that differ from one answer to the next.
	volatile []string
	// share of the command's number of requests that are sent; the others cost more than labels in memory.
	share float64
	// connections are how many there are at once, in the rounds of each turn.
	connections []int
	// live follows changes instead of asking again and again.
	live bool
}

// pageSize is how many elements each answer holds.
const pageSize = 100

// mostConnections is how many there are where they are many; targets speak of it.
const mostConnections = 32

// The ids of workloads, which targets speak of.
const (
	labelsWorkload = "labels"
	liveWorkload   = "live"
)

// The catalogs.
const (
	inMemory   = "memory"
	inDatabase = "SQLite"
)

func labelsQuery() workload {
	return workload{
		id: labelsWorkload, name: "labels(first: 100)", share: 1, list: []string{"data", "labels", "nodes"},
		query: `query Labels { labels(first: 100) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { name count parents } } }`,
	}
}

func photosQuery(id, name, links string, volatile ...string) workload {
	return workload{
		id: id, name: name, list: []string{"data", "photos", "nodes"}, volatile: volatile,
		query: `query Photos { photos(first: 100) { pageInfo { hasNextPage endCursor } nodes { id fileName contentType size width height uploadedAt takenAt status ` +
			links + `labels { name confidence parents } } } }`,
	}
}

func uploadsMutation() workload {
	inputs := make([]map[string]any, pageSize)
	for i := range inputs {
		inputs[i] = map[string]any{"fileName": fmt.Sprintf("IMG_%04d.JPG", i), "contentType": "image/jpeg", "size": 4_000_000 + i, "crc32": "yZRlqg=="}
	}
	return workload{
		id: "uploads", name: "uploadUrls of 100", variables: map[string]any{"inputs": inputs}, list: []string{"data", "uploadUrls"},
		volatile: []string{"id", "url", "expiresAt", "uploadedAt"},
		query: `mutation Upload($inputs: [UploadUrlInput!]!) { uploadUrls(inputs: $inputs) { error { code message } ` +
			`uploadUrl { url method expiresAt headers { name value } photo { id fileName status uploadedAt } } } }`,
	}
}

func liveLabels() workload {
	return workload{
		id: liveWorkload, name: "labels subscribed to, during labelling", live: true,
		query: `subscription Live { labels { at changed { name count parents } } }`,
	}
}

// measurement is a workload on a catalog, and whether every peer takes part or the one in Go alone.
type measurement struct {
	workload
	catalog  string
	everyone bool
}

func (m measurement) title() string { return m.name + ", " + m.catalog }

// measurements gives all there are, in the order of the table.
func measurements() []measurement {
	at := func(w workload, share float64, connections ...int) workload {
		w.share, w.connections = share, connections
		return w
	}
	all := []measurement{{at(labelsQuery(), 1, 1, 8, mostConnections), inMemory, true}}
	for _, catalog := range []string{inMemory, inDatabase} {
		if catalog == inDatabase {
			all = append(all, measurement{at(labelsQuery(), 0.1, 1, mostConnections), catalog, false})
		}
		for _, w := range []workload{
			at(photosQuery("photos", "photos(first: 100) with labels", ""), 0.05, 1, mostConnections),
			at(photosQuery("links", "photos(first: 100) with labels and links", "url thumbnailUrl ", "url", "thumbnailUrl"), 0.03, 1, mostConnections),
			at(uploadsMutation(), 0.03, 1, mostConnections),
			at(liveLabels(), 0.01, mostConnections),
		} {
			all = append(all, measurement{w, catalog, false})
		}
	}
	return all
}

// body is what a request carries.
func (w workload) body() ([]byte, error) {
	request := map[string]any{"query": w.query}
	if w.variables != nil {
		request["variables"] = w.variables
	}
	return json.Marshal(request)
}

// leastOperations keeps short runs from measuring nothing.
const leastOperations = 10

// requests gives how many of the command's requests are sent at once over so many connections: over one, a quarter.
func (w workload) requests(all, connections int) int {
	n := w.share * float64(all)
	if connections == 1 {
		n /= 4
	}
	return max(int(n), leastOperations, connections)
}
