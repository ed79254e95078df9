// The program pages writes what the server says of the web application's page as JSON: its paths, and its headers with
// ${login} and ${store} where a deployment's own origins go. The site that CloudFront serves is made from it.
//
//	go run ./infra/pages > infra/src/pages.json
package main

import (
	"encoding/json"
	"io"
	"log"
	"os"
	"strings"

	"pam/internal/server"
)

func main() {
	if err := write(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// page is the web application's page.
type page struct {
	Paths   []string          `json:"paths"`   // {name} stands for one segment
	Headers map[string]string `json:"headers"` // by name
}

func write(w io.Writer) error {
	var p page
	for _, pattern := range server.AppPaths() {
		p.Paths = append(p.Paths, strings.TrimSuffix(pattern, "{$}"))
	}
	p.Headers = map[string]string{}
	for name, values := range server.AppHeaders([]string{"${login}"}, "${store}") {
		p.Headers[name] = values[0]
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(p)
}
