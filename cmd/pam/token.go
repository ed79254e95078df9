package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pam/internal/local/oidc"
	"pam/internal/photos"
)

// commandClient is the client that tokens of the command line are for. It cannot sign anybody in.
const commandClient = "pam-cli"

func tokenCommand() *cobra.Command {
	var data, user, scope string
	var life time.Duration
	cmd := &cobra.Command{
		Use:   "token --user NAME",
		Short: "Print an access token of the local issuer",
		Long:  "Print an access token of the local issuer, and nothing else. It works beside a running serve. The same user name is the same owner as on the login page.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if user == "" {
				return errors.New("--user is missing")
			}
			folder, err := filepath.Abs(data)
			if err != nil {
				return err
			}
			if _, err := os.Stat(folder); err != nil {
				cmd.PrintErrf("pam: no PAM has run in %s yet; the token is good once one does, on its usual address\n", folder)
			}
			token, err := oidc.IssueAccessToken(cmd.Context(), folder, oidc.TokenRequest{
				User: user, ClientID: commandClient, Scopes: strings.Fields(scope), TTL: life,
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	var all []string
	for _, s := range photos.AllScopes() {
		all = append(all, string(s))
	}
	cmd.Flags().StringVar(&data, "data", "./data", "the data folder of serve")
	cmd.Flags().StringVar(&user, "user", "", "the user name")
	cmd.Flags().StringVar(&scope, "scope", strings.Join(all, " "), "the scopes, separated by spaces")
	cmd.Flags().DurationVar(&life, "ttl", time.Hour, "how long the token is good, at most 24h")
	return cmd
}
