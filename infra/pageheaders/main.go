// The program pageheaders writes the headers of the web application's page as JSON, with ${login} and ${store} where a
// deployment's own origins go: what CloudFront sends with the files of the site is made from what the server sends.
//
//	go run ./infra/pageheaders > infra/src/page-headers.json
package main

import (
	"encoding/json"
	"io"
	"log"
	"os"

	"pam/internal/server"
)

func main() {
	if err := write(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// write writes one member for each header.
func write(w io.Writer) error {
	headers := map[string]string{}
	for name, values := range server.AppHeaders([]string{"${login}"}, "${store}") {
		headers[name] = values[0]
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(headers)
}
