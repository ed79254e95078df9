package main

import (
	"fmt"
	"strings"
	"testing"

	"pam/internal/photos"
)

// answers asks what has exactly one right answer.
func (c contract) answers(t *testing.T) {
	const photoNames = `{ nodes { fileName } totalCount }`
	match := func(m string) string {
		return `{ photos(orderBy: UPLOADED_ASC, match: {` + m + `}) { nodes { fileName } totalCount } }`
	}
	files := func(names ...string) string {
		nodes := []string{}
		for _, n := range names {
			nodes = append(nodes, fmt.Sprintf(`{"fileName":"%s.jpg"}`, n))
		}
		return fmt.Sprintf(`{"photos":{"nodes":[%s],"totalCount":%d}}`, strings.Join(nodes, ","), len(names))
	}
	labels := func(arguments string) string { return `{ labels` + arguments + ` { nodes { id count } totalCount } }` }
	counts := func(pairs ...any) string {
		nodes := []string{}
		for i := 0; i < len(pairs); i += 2 {
			nodes = append(nodes, fmt.Sprintf(`{"id":%q,"count":%d}`, pairs[i], pairs[i+1]))
		}
		return fmt.Sprintf(`{"labels":{"nodes":[%s],"totalCount":%d}}`, strings.Join(nodes, ","), len(nodes))
	}
	for _, tt := range []struct{ name, reason, query, want string }{
		{"labels", "most photos first, then by name, at 55", labels(""), counts("Animal@55", 2, "Cat@55", 1, "Fox@55", 1, "Insect@55", 1, "Plant@55", 1)},
		{"labels by name", "A to Z", labels("(orderBy: NAME_ASC, minConfidence: 50)"), counts("Animal@50", 3, "Cat@50", 1, "Fern@50", 1, "Fox@50", 1, "Insect@50", 1, "Plant@50", 1)},
		{"labels at 90", "94.999 is at least 90", labels("(minConfidence: 90)"), counts("Animal@90", 1, "Fox@90", 1, "Insect@90", 1)},
		{"labels at 95", "94.999 is not at least 95", labels("(minConfidence: 95)"), counts("Animal@95", 1)},
		{"labels, one of five", "totalCount is of the whole list", labels("(first: 1)"), `{"labels":{"nodes":[{"id":"Animal@55","count":2}],"totalCount":5}}`},
		{"search", "a part of the name, without regard to case", labels(`(search: "AN")`), counts("Animal@55", 2, "Plant@55", 1)},
		{"search for nothing", "an empty text is part of every name", labels(`(search: "", minConfidence: 95)`), counts("Animal@95", 1)},
		{"search for a wildcard", "the text is text", labels(`(search: "%")`), counts()},
		{"search below the threshold", "both conditions hold", labels(`(search: "fern")`), counts()},

		{"label", "by its exact name", `{ label(name: "Fox") { id name count parents categories } }`, `{"label":{"id":"Fox@55","name":"Fox","count":1,"parents":["Animal"],"categories":[]}}`},
		{"label at another threshold", "ids at different thresholds differ", `{ label(name: "Fox", minConfidence: 90) { id count } }`, `{"label":{"id":"Fox@90","count":1}}`},
		{"label in lower case", "names match exactly", `{ label(name: "fox") { id } }`, `{"label":null}`},
		{"label with a space", "names match exactly", `{ label(name: "Fox ") { id } }`, `{"label":null}`},
		{"label without a name", "no label has an empty name", `{ label(name: "") { id } }`, `{"label":null}`},
		{"label nobody has", "it is null, no error", `{ label(name: "Unicorn") { id } }`, `{"label":null}`},
		{"label's photos", "they are those that it counts, newest first", `{ label(name: "Animal") { photos { nodes { fileName } totalCount } } }`, `{"label":{"photos":{"nodes":[{"fileName":"cat.jpg"},{"fileName":"fox.jpg"}],"totalCount":2}}}`},
		{"label's photos at 50", "at the label's own threshold", `{ label(name: "Animal", minConfidence: 50) { photos(first: 1) { nodes { fileName } totalCount } } }`, `{"label":{"photos":{"nodes":[{"fileName":"ant.jpg"}],"totalCount":3}}}`},

		{"photos", "every status, newest first", `{ photos ` + photoNames + ` }`, files("text", "later", "none", "ant", "fern", "cat", "fox")},
		{"photos, oldest first", "every status", `{ photos(orderBy: UPLOADED_ASC) ` + photoNames + ` }`, files("fox", "cat", "fern", "ant", "none", "later", "text")},
		{"pending photos", "one status", `{ photos(status: PENDING) ` + photoNames + ` }`, files("later")},
		{"rejected photos", "one status", `{ photos(status: REJECTED) ` + photoNames + ` }`, files("text")},
		{"labelled photos", "one status, also without any label", `{ photos(status: LABELLED, first: 100) ` + photoNames + ` }`, files("none", "ant", "fern", "cat", "fox")},

		{"any", "at least one", match(`any: ["Fox", "Plant", "Unicorn"]`), files("fox", "fern")},
		{"all", "all of them", match(`all: ["Animal", "Fox"]`), files("fox")},
		{"all with an unknown name", "an unknown name matches nothing", match(`all: ["Animal", "Unicorn"]`), files()},
		{"any and all", "both conditions hold", match(`any: ["Fox", "Cat"], all: ["Animal"]`), files("fox", "cat")},
		{"none", "what it names is left out", match(`any: ["Animal"], none: ["Fox"]`), files("cat")},
		{"none below the threshold", "54.99 is not carrying at 55", match(`any: ["Plant"], none: ["Fern"]`), files("fern")},
		{"none at the threshold", "54.99 is carrying at 50", match(`any: ["Plant"], none: ["Fern"], minConfidence: 50`), files()},
		{"none with an unknown name", "it takes nothing out", match(`any: ["Animal"], none: ["Unicorn"]`), files("fox", "cat")},
		{"names that contradict", "nothing carries and does not carry", match(`all: ["Fox"], none: ["Fox"]`), files()},
		{"a name twice", "it is one condition", match(`any: ["Fox", "Fox"], all: ["Fox", "Fox"]`), files("fox")},
		{"match in lower case", "names match exactly", match(`any: ["fox"]`), files()},
		{"match by one name", "GraphQL makes a list of one value", match(`any: "Fox"`), files("fox")},
		{"match at 95", "the threshold holds for each name", match(`any: ["Animal", "Insect"], minConfidence: 95`), files("fox")},
		{"twenty names", "twenty are allowed", match(`any: [` + strings.Repeat(`"Fox",`, 20) + `]`), files("fox")},
		{"match with its status", "LABELLED says nothing new", `{ photos(match: {any: ["Fox"]}, status: LABELLED) ` + photoNames + ` }`, files("fox")},

		{"preview", "photos and bytes", `{ archivePreview(match: {any: ["Cat", "Plant"]}) { photoCount totalBytes } }`, `{"archivePreview":{"photoCount":2,"totalBytes":7}}`},
		{"empty preview", "nothing is an answer", `{ archivePreview(match: {any: ["Unicorn"]}) { photoCount totalBytes } }`, `{"archivePreview":{"photoCount":0,"totalBytes":0}}`},
		{"me", "who, where notices go, what the token may", `{ me { id name email scopes photoCount pendingCount rejectedCount } }`, fmt.Sprintf(`{"me":{"id":%q,"name":"dan","email":"dan@localhost","scopes":["LABELS_READ","PHOTOS_READ","PHOTOS_WRITE","ARCHIVES"],"photoCount":5,"pendingCount":1,"rejectedCount":1}}`, c.owner)},
		{"pending photo", "nothing is known of it yet", `{ photos(status: PENDING) { nodes { width height takenAt rejection { code } labels { name } url thumbnailUrl } } }`, `{"photos":{"nodes":[{"width":null,"height":null,"takenAt":null,"rejection":null,"labels":[],"url":null,"thumbnailUrl":null}]}}`},
		{"rejected photo", "it says why", `{ photos(status: REJECTED) { nodes { width rejection { code message } labels { name } url thumbnailUrl } } }`, `{"photos":{"nodes":[{"width":null,"rejection":{"code":"NOT_AN_IMAGE","message":"No picture."},"labels":[],"url":null,"thumbnailUrl":null}]}}`},
		{"photo's labels", "highest confidence first, as the labeller gave it", `{ photos(match: {any: ["Insect"]}) { nodes { labels { name confidence parents } } } }`, `{"photos":{"nodes":[{"labels":[{"name":"Insect","confidence":94.999,"parents":["Animal"]},{"name":"Animal","confidence":50,"parents":[]}]}]}}`},
		{"notify", "the address is the caller's own, masked", `mutation { notifyMe(channel: EMAIL) { channel address } }`, `{"notifyMe":{"channel":"EMAIL","address":"d***@localhost"}}`},
		{"notice", "an archive that came to its end", `{ notices { nodes { kind archive { id status } } totalCount } }`, fmt.Sprintf(`{"notices":{"nodes":[{"kind":"ARCHIVE_READY","archive":{"id":%q,"status":"READY"}}],"totalCount":1}}`, c.ready)},
		{"the same key again", "it gives the same archive", `mutation { requestArchive(input: {match: {any: ["Fox"]}, name: "The \"Fox\" é", idempotencyKey: "key"}) { id status } }`, fmt.Sprintf(`{"requestArchive":{"id":%q,"status":"READY"}}`, c.ready)},

		{"aliases, fragments, directives", "front ends use all of GraphQL",
			`query { a: label(name: "Fox") { ...L n: name @skip(if: true) } b: label(name: "Cat", minConfidence: 50) { ...L ... on Label { count @include(if: true) } } me { id @include(if: false) __typename } } fragment L on Label { k: id }`,
			`{"a":{"k":"Fox@55"},"b":{"k":"Cat@50","count":1},"me":{"__typename":"Viewer"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.in(t).data(tt.query, nil); got != tt.want {
				t.Errorf("%s:\n got %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}

// refusals asks what has to be refused, each with its code and the input that is at fault.
func (c contract) refusals(t *testing.T) {
	const bad = photos.BadUserInput
	file := func(change string) string {
		return `mutation { uploadUrl(input: {fileName: "a.jpg", contentType: "image/jpeg", size: 1, crc32: "AAAAAA==", ` + change + `}) { url } }`
	}
	request := func(rest string) string {
		return `mutation { requestArchive(input: {match: {any: ["Fox"]}` + rest + `}) { id } }`
	}
	link := func(seconds int) string {
		return fmt.Sprintf(`{ photo(id: %q) { url(expiresIn: %d) } }`, c.fox.ID, seconds)
	}
	for _, tt := range []struct {
		name, reason, query string
		code                photos.Code
		field               string
	}{
		{"long search", "no label has a name of 256 bytes", `{ labels(search: "` + strings.Repeat("x", 256) + `") { totalCount } }`, bad, "search"},
		{"empty match", "it would mean everything", `{ photos(match: {}) { totalCount } }`, bad, "match"},
		{"empty lists", "they hold no name", `{ photos(match: {any: [], all: []}) { totalCount } }`, bad, "match"},
		{"none alone", "it selects by nothing", `{ photos(match: {none: ["Fox"]}) { totalCount } }`, bad, "match"},
		{"twenty-one names", "at most twenty in all", `{ photos(match: {any: [` + strings.Repeat(`"Fox",`, 10) + `], all: [` + strings.Repeat(`"Fox",`, 5) + `], none: [` + strings.Repeat(`"Cat",`, 6) + `]}) { totalCount } }`, bad, "match"},
		{"empty name", "no label has one", `{ photos(match: {any: ["Fox", ""]}) { totalCount } }`, bad, "match.any[1]"},
		{"null name", "a name is text", `{ photos(match: {any: [null]}) { totalCount } }`, bad, ""},
		{"match and PENDING", "a match sees LABELLED photos only", `{ photos(match: {any: ["Fox"]}, status: PENDING) { totalCount } }`, bad, "status"},
		{"match and REJECTED", "a match sees LABELLED photos only", `{ photos(match: {any: ["Fox"]}, status: REJECTED) { totalCount } }`, bad, "status"},
		{"preview of nothing", "it would mean everything", `{ archivePreview(match: {}) { photoCount } }`, bad, "match"},
		{"confidence in between", "it is a whole number", `{ labels(minConfidence: 57.5) { totalCount } }`, bad, ""},
		{"confidence in words", "it is a number", `{ labels(minConfidence: "55") { totalCount } }`, bad, ""},

		{"link of 59 seconds", "60 to 3600", link(59), bad, "expiresIn"},
		{"link of 3601 seconds", "60 to 3600", link(3601), bad, "expiresIn"},
		{"link of no time", "60 to 3600", link(0), bad, "expiresIn"},
		{"link into the past", "60 to 3600", link(-60), bad, "expiresIn"},
		{"link of more than a moment's width", "no wrap-around", link(1 << 60), bad, "expiresIn"},

		{"no files", "1 to 100", `mutation { uploadUrls(inputs: []) { error { code } } }`, bad, "inputs"},
		{"no photos to delete", "1 to 100", `mutation { deletePhotos(ids: []) { deletedIds } }`, bad, "ids"},
		{"101 photos to delete", "1 to 100", `mutation { deletePhotos(ids: [` + strings.Repeat(`"x",`, 101) + `]) { deletedIds } }`, bad, "ids"},
		{"bad checksum", "64 hex digits", file(`sha256: "xyz"`), bad, "input.sha256"},
		{"repeated input field", "GraphQL wants each once", file(`size: 2`), bad, ""},
		{"unknown input field", "nobody guesses", file(`name: "x"`), bad, ""},

		{"empty name of an archive", "1 to 100 characters", request(`, name: ""`), bad, "input.name"},
		{"long name of an archive", "1 to 100 characters", request(`, name: "` + strings.Repeat("é", 101) + `"`), bad, "input.name"},
		{"empty key", "1 to 64 characters", request(`, idempotencyKey: ""`), bad, "input.idempotencyKey"},
		{"long key", "1 to 64 characters", request(`, idempotencyKey: "` + strings.Repeat("é", 65) + `"`), bad, "input.idempotencyKey"},
		{"the key of another request", "the name differs", request(`, idempotencyKey: "key"`), photos.Conflict, "input.idempotencyKey"},
		{"archive of nothing", "there is nothing to put into it", `mutation { requestArchive(input: {match: {all: ["Unicorn"]}}) { id } }`, bad, "input.match"},
		{"archive without a match", "it would mean everything", `mutation { requestArchive(input: {match: {}}) { id } }`, bad, "input.match"},
		{"cancel what is READY", "it is over", fmt.Sprintf(`mutation { cancelArchive(id: %q) { id } }`, c.ready), photos.Conflict, ""},
		{"absent photo", "there is none", `{ photo(id: "` + absentID + `") { id } }`, photos.NotFound, ""},
		{"absent archive", "there is none", `{ archive(id: "` + absentID + `") { id } }`, photos.NotFound, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c.in(t).wantError(tt.reason, tt.query, nil, tt.code, tt.field)
		})
	}
}
