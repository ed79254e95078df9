package photos

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
)

// labelsCSV writes the rows of labels.csv, the file in each archive that says which file carries which labels: file,
// label, confidence (percent), parents (joined by "|"), skipped (why a photo of the selection is not in the archive).
// Fields are quoted as RFC 4180 says; lines end in "\n".
type labelsCSV struct {
	out    bytes.Buffer
	writer *csv.Writer
}

// labelsCSVHeader is the file's first line.
const labelsCSVHeader = "file,label,confidence,parents,skipped\n"

func (c *labelsCSV) add(fields ...string) {
	if c.writer == nil {
		c.writer = csv.NewWriter(&c.out)
	}
	_ = c.writer.Write(fields) // a bytes.Buffer does not fail
}

// addPhoto adds a row for each label of a photo, or one row that only names the file of a photo without labels.
func (c *labelsCSV) addPhoto(file string, labels []PhotoLabel) {
	if len(labels) == 0 {
		c.add(file, "", "", "", "")
		return
	}
	for _, label := range labels {
		c.add(file, label.Name, strconv.FormatFloat(label.Confidence, 'f', -1, 64), strings.Join(label.Parents, "|"), "")
	}
}

// addSkipped adds the row of a photo that is not in the archive.
func (c *labelsCSV) addSkipped(file, reason string) { c.add(file, "", "", "", reason) }

func (c *labelsCSV) bytes() []byte {
	if c.writer != nil {
		c.writer.Flush()
	}
	return c.out.Bytes()
}
