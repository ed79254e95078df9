package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"

	"pam/internal/server"
)

// The file is committed so that the stack is made without Go; it must be what the server says now.
func TestPagesAreOfNow(t *testing.T) {
	var want bytes.Buffer
	if err := write(&want); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../src/pages.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("infra/src/pages.json is\n%s\nwant\n%s\nrun: go run ./infra/pages > infra/src/pages.json", got, want.Bytes())
	}
}

// TestPathsAreThoseOfTheApplication compares with the routes of the web application: a page whose path the server does not
// know is lost by a reload.
func TestPathsAreThoseOfTheApplication(t *testing.T) {
	source, err := os.ReadFile("../../web/src/app/routes.tsx")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	unused := map[string]bool{}
	for _, pattern := range server.AppPaths() {
		mux.Handle(pattern, http.NotFoundHandler())
		unused[pattern] = true
	}
	parameter := regexp.MustCompile(`:\w+`)
	for _, route := range regexp.MustCompile(`\bpage\("([^"]+)"`).FindAllSubmatch(source, -1) {
		path := parameter.ReplaceAllString(string(route[1]), "01ARZ3NDEKTSV4RRFFQ69G5FAV")
		_, pattern := mux.Handler(httptest.NewRequest(http.MethodGet, path, nil))
		if pattern == "" {
			t.Errorf("the application has a page at %s, which the server does not know", route[1])
		}
		delete(unused, pattern)
	}
	for pattern := range unused {
		t.Errorf("the server answers %s by the application's page, which has nothing there", pattern)
	}
}
