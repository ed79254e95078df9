package main

import (
	"bytes"
	"os"
	"testing"
)

// The file is committed so that the stack is made without Go; it must be what the server says now.
func TestPageHeadersAreOfNow(t *testing.T) {
	var want bytes.Buffer
	if err := write(&want); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../src/page-headers.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("infra/src/page-headers.json is\n%s\nwant\n%s\nrun: go run ./infra/pageheaders > infra/src/page-headers.json", got, want.Bytes())
	}
}
