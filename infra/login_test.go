package infra

import (
	"testing"

	"pam/internal/aws/settings"
	"pam/internal/photos"
)

// TestTheLoginOffersTheScopesOfTheContract compares the scopes of the resource server, by their full names, with those that
// the API asks tokens for; and the clients that people can come from with those whose tokens the API takes.
func TestTheLoginOffersTheScopesOfTheContract(t *testing.T) {
	tpl := readTemplate(t)
	var want, got []string
	for _, scope := range photos.AllScopes() {
		want = append(want, string(scope))
	}
	for _, server := range tpl.ofType("AWS::Cognito::UserPoolResourceServer") {
		for _, scope := range server.Properties["Scopes"].([]any) {
			got = append(got, tpl.text(t, server.Properties["Identifier"])+"/"+scope.(map[string]any)["ScopeName"].(string))
		}
	}
	equal(t, "scopes", got, want)

	var clients []string
	for id := range tpl.ofType("AWS::Cognito::UserPoolClient") {
		clients = append(clients, tpl.ref(t, id))
	}
	read := tpl.settings(t, settings.API)
	if len(clients) < 2 {
		t.Errorf("the login has the clients %q, want the pages' and the example of a third party", clients)
	}
	equal(t, "clients", read.ClientIDs, clients)
}
