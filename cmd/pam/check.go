package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

func checkCommand() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Recount everything and say which counters are wrong",
		Long:  "Recount every label, the summary and the archives' progress of every owner and compare with the kept counters. It works beside a running serve, and exits with 1 when a counter is wrong.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			path := filepath.Join(data, databaseFile)
			if _, err := os.Stat(path); err != nil {
				return fmt.Errorf("there is no PAM data in %s: %w", data, err)
			}
			db, err := sqlite.Open(cmd.Context(), path)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			wrong, err := photos.CheckInvariants(cmd.Context(), db.Catalog())
			if err != nil {
				return err
			}
			for _, d := range wrong {
				cmd.Printf("%s: %s: kept %d, found %d\n", d.Owner, d.What, d.Kept, d.Found)
			}
			if len(wrong) > 0 {
				return fmt.Errorf("%d counters are wrong", len(wrong))
			}
			cmd.Println("all counters are right")
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "./data", "the data folder of serve")
	return cmd
}
