package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"pam/internal/imaging"
	"pam/internal/local/neural"
	"pam/internal/photos"
)

// labelledFile is what label prints of one file: as JSON in this form, or as rows of a table.
type labelledFile struct {
	File    string       `json:"file"` // as it was given
	Width   int          `json:"width,omitempty"`
	Height  int          `json:"height,omitempty"`
	TakenAt string       `json:"takenAt,omitempty"`
	Labels  []fileLabel  `json:"labels"`
	Error   *fileProblem `json:"error,omitempty"` // of a file without labels because it could not be read or is no photo
}

type fileLabel struct {
	Name       string   `json:"name"`
	Confidence float64  `json:"confidence"` // percent
	Parents    []string `json:"parents"`
	Categories []string `json:"categories"`
}

type fileProblem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func labelCommand() *cobra.Command {
	var asJSON bool
	var minConfidence int
	cmd := &cobra.Command{
		Use:   "label FILE...",
		Short: "Print what the embedded labeller sees in local files",
		Long: `Print what the embedded labeller sees in local files: JPEG or PNG, by the same rules as uploads.

It needs no running serve and keeps nothing. The result is a table, or with --json one array with an element for each
file. A file that cannot be labelled does not stop the others; label then exits with 1.`,
		Example: "  pam label photo.jpg\n  pam label --json --min-confidence 80 *.jpg",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			if err := photos.CheckConfidence("--min-confidence", minConfidence); err != nil {
				return err
			}
			labeler := neural.New(neural.Config{Parallel: 1})
			var p labelPrinter = newLabelTable(cmd.OutOrStdout())
			if asJSON {
				p = newLabelArray(cmd.OutOrStdout())
			}
			failed := 0
			for _, file := range files {
				found, err := labelFile(cmd.Context(), labeler, file, float64(minConfidence))
				if cmd.Context().Err() != nil {
					return cmd.Context().Err()
				}
				if err != nil {
					failed++
					found = labelledFile{File: file, Labels: []fileLabel{}, Error: problemOf(err)}
					cmd.PrintErrf("%s: %s\n", file, found.Error.Message)
				}
				if err := p.print(found); err != nil {
					return fmt.Errorf("print the labels: %w", err)
				}
			}
			if err := p.end(); err != nil {
				return fmt.Errorf("print the labels: %w", err)
			}
			if failed > 0 {
				return fmt.Errorf("%d of %d files could not be labelled", failed, len(files))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON instead of a table")
	cmd.Flags().IntVar(&minConfidence, "min-confidence", photos.DefaultConfidence, "the lowest confidence to print: 50 to 95 in steps of 5")
	return cmd
}

func labelFile(ctx context.Context, labeler photos.Labeler, file string, minConfidence float64) (labelledFile, error) {
	data, err := readPhoto(file)
	if err != nil {
		return labelledFile{}, err
	}
	found, err := photos.Describe(ctx, imaging.Inspector{}, labeler, data, http.DetectContentType(data))
	if err != nil {
		return labelledFile{}, err
	}
	shown := labelledFile{File: file, Width: found.Width, Height: found.Height, TakenAt: found.TakenAt, Labels: []fileLabel{}}
	for _, l := range found.Labels {
		if l.Confidence >= minConfidence {
			shown.Labels = append(shown.Labels, fileLabel{l.Name, l.Confidence, notNil(l.Parents), notNil(l.Categories)})
		}
	}
	return shown, nil
}

// readPhoto reads a file, but of one that is larger than any photo no more than shows that it is.
func readPhoto(file string) (_ []byte, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, photos.MaxPhotoBytes+1))
}

// problemOf says why a file has no labels: the domain's refusal, or what the file system said.
func problemOf(err error) *fileProblem {
	var refused *photos.Rejection
	if errors.As(err, &refused) {
		return &fileProblem{string(refused.Code), refused.Message}
	}
	var path *os.PathError
	if errors.As(err, &path) {
		return &fileProblem{"UNREADABLE", path.Err.Error()}
	}
	return &fileProblem{string(photos.Internal), err.Error()}
}

// notNil makes an empty list one that JSON shows as [].
func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// labelPrinter prints files one by one, as soon as each is labelled.
type labelPrinter interface {
	print(labelledFile) error
	end() error
}

type labelTable struct {
	out    io.Writer
	headed bool
}

func newLabelTable(out io.Writer) *labelTable { return &labelTable{out: out} }

func (t *labelTable) print(f labelledFile) error {
	if f.Error != nil {
		return nil // said on standard error
	}
	var rows strings.Builder
	if t.headed {
		rows.WriteString("\n")
	}
	t.headed = true
	fmt.Fprintf(&rows, "%s (%d x %d)\n", f.File, f.Width, f.Height)
	if len(f.Labels) == 0 {
		rows.WriteString("  nothing that it knows\n")
	}
	for _, l := range f.Labels {
		fmt.Fprintf(&rows, "  %.1f\t%s\t%s\n", l.Confidence, l.Name, strings.Join(l.Parents, ", "))
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(w, rows.String()); err != nil {
		return err
	}
	return w.Flush()
}

func (t *labelTable) end() error { return nil }

// labelArray writes a JSON array element by element, so that a long list of files shows what is done and needs no memory.
type labelArray struct {
	out   io.Writer
	count int
}

func newLabelArray(out io.Writer) *labelArray { return &labelArray{out: out} }

func (a *labelArray) print(f labelledFile) error {
	element, err := json.MarshalIndent(f, "  ", "  ")
	if err != nil {
		return err
	}
	before := "[\n  "
	if a.count > 0 {
		before = ",\n  "
	}
	a.count++
	_, err = fmt.Fprintf(a.out, "%s%s", before, element)
	return err
}

func (a *labelArray) end() error {
	_, err := fmt.Fprint(a.out, "\n]\n")
	return err
}
