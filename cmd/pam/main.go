// Command pam is PAM for people: it serves the whole product on one computer, and has the small commands that go with
// it. It wires the packages together and computes nothing itself.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := rootCommand().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "pam:", err)
		os.Exit(1)
	}
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "pam",
		Short:         "Photo Asset Manager: labels every photo, counts the labels, hands back any set of labels as one zip",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(os.Stdout) // results are for pipes; cobra would send them to standard error
	root.AddCommand(serveCommand(), tokenCommand(), labelCommand(), checkCommand())
	return root
}
