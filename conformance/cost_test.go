package conformance_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rows are what is counted, in the order of docs/cost.md.
func rows() []string {
	return []string{
		writeUnits, readUnits, dynamoCalls, s3Writes, s3Reads, rekognitions, sqsOwn, sqsAround, snsPublishes, apiCalls, detectorCalls, archiverCalls,
	}
}

// The tables of docs/cost.md say what is counted here, and dollars follow from its prices.
func TestCost(t *testing.T) {
	if underRace {
		t.Skip("the table in this process is eight times slower under the race detector; make conformance runs this without it")
	}
	told := readCostDoc(t).table("## What is used") // before the store, which changes the working directory
	p := newPriced(t)
	p.upload(0, 100) // the owner's first photo makes the owner
	second, third := p.upload(100, 200), p.upload(200, fullPhotos)
	first, again := p.labels(231), p.labels(231)
	p.upload(fullPhotos, pricedPhotos)
	archive := p.archive(pricedPhotos)

	uploads := usage{}
	for _, row := range rows() {
		if math.Abs(second[row]-third[row]) > 0.02*second[row] {
			t.Errorf("%s: a hundred photos take %v and the next hundred %v: a photo's price should not grow", row, second[row], third[row])
		}
		uploads[row] = 5 * (second[row] + third[row])
	}
	columns := []usage{uploads, first, again, archive}
	for n, u := range columns {
		if u[failures] > 0 {
			t.Errorf("column %d: %v calls failed or were repeated", n, u[failures])
		}
	}
	for _, row := range rows() {
		line := "| " + row + " |"
		for n, u := range columns {
			line += " " + written(u[row]) + " |"
			// Items are not always of the same size: ids, times and compressed texts differ.
			if was, ok := told.number(row, n); !ok || math.Abs(was-u[row]) > max(0.05*u[row], 0.5) {
				t.Errorf("docs/cost.md says %v of %s in column %d, counted were %v", was, row, n, u[row])
			}
		}
		t.Log(line)
	}
	if len(told) != len(rows()) {
		t.Errorf("docs/cost.md has %d rows, want %d", len(told), len(rows()))
	}
}

// The dollars of docs/cost.md are its counts times its prices; the sizes of functions are the stack's.
func TestCostInDollars(t *testing.T) {
	doc := readCostDoc(t)
	counts, prices, durations, dollars := doc.table("## What is used"), doc.table("## Prices"), doc.table("## Lambda's time"), doc.table("## In dollars")
	stack, err := os.ReadFile(filepath.Join("..", "infra", "src", "functions.ts"))
	if err != nil {
		t.Fatal(err)
	}
	const columns = 4
	var sums, times [columns]float64
	for n := range columns {
		for _, row := range rows() {
			count, ok := counts.number(row, n)
			if !ok {
				t.Fatalf("no %s in column %d", row, n)
			}
			name, isFunction := strings.CutPrefix(row, "Lambda: ")
			priced := row
			switch {
			case row == dynamoCalls:
				continue // paid by their units
			case isFunction:
				priced = "Lambda invocations"
				memory, _ := durations.number(name, 0)
				seconds, ok := durations.number(name, 1)
				if !ok || !strings.Contains(string(stack), fmt.Sprintf("memory: %v", memory)) {
					t.Errorf("%s: memory of %v MB and %v s: the stack says otherwise", name, memory, seconds)
				}
				times[n] += count * memory / 1024 * seconds
			case row == sqsOwn, row == sqsAround:
				priced = "SQS requests"
			}
			price, ok := prices.number(priced, 0)
			per, alsoPer := prices.number(priced, 1)
			if !ok || !alsoPer {
				t.Fatalf("no price of %s", priced)
			}
			sums[n] += count * price / per
		}
		price, _ := prices.number("Lambda GB-seconds", 0)
		sums[n] += times[n] * price
	}
	for n := range columns {
		if told, ok := dollars.number("Lambda GB-seconds", n); !ok || math.Abs(told-times[n]) > 0.01*times[n]+0.0005 {
			t.Errorf("column %d: %v GB-seconds, want %.4g", n, told, times[n])
		}
		if told, ok := dollars.number("US dollars", n); !ok || math.Abs(told-sums[n]) > 0.01*sums[n] {
			t.Errorf("column %d: %v dollars, want %.3g", n, told, sums[n])
		}
	}
}

// What the other design costs follows from the sizes of its items, by DynamoDB's rules alone.
func TestCostOfKeysInOneItem(t *testing.T) {
	const keyBytes, itemBytes = 50, 100 // of a key, and of an item without keys
	holding := func(photos, share, kind int) int { return (photos - kind + share - 1) / share }
	writes := func(from, to int) (units float64) {
		for photo := from; photo < to; photo++ {
			for _, share := range shares {
				size := itemBytes + keyBytes*holding(photo+1, share, photo%share)
				units += math.Ceil(float64(size) / 1024)
			}
		}
		return units
	}
	reads := func(photos int) float64 {
		size := 0
		for _, share := range shares {
			for kind := range share {
				size += itemBytes + keyBytes*holding(photos, share, kind)
			}
		}
		return math.Ceil(float64(size)/4096) / 2 // eventually consistent
	}
	doc := readCostDoc(t)
	told, counts := doc.table("## Beside a design"), doc.table("## What is used")
	ourWrites, _ := counts.number(writeUnits, 0)
	ourReads, _ := counts.number(readUnits, 1)
	for row, want := range map[string][2]float64{
		"write units for photos 1 to 1,000":     {ourWrites, writes(0, 1000)},
		"write units for photos 7,001 to 8,000": {ourWrites, writes(7000, 8000)},
		"read units of `labels`, 1,000 photos":  {ourReads, reads(1000)},
		"read units of `labels`, 8,000 photos":  {ourReads, reads(8000)},
	} {
		for n, want := range want {
			if was, ok := told.number(row, n); !ok || was != want {
				t.Errorf("docs/cost.md says %v of %s in column %d, want %s", was, row, n, written(want))
			}
		}
	}
	// 400 KB, the most that an item holds.
	if most := (400<<10 - itemBytes) / keyBytes; most < 8000 || most > 8200 {
		t.Errorf("an item holds %d keys; docs/cost.md says about 8,000", most)
	}
}

// costDoc is the text of docs/cost.md.
type costDoc struct {
	*testing.T
	text string
}

func readCostDoc(t *testing.T) costDoc {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "cost.md"))
	if err != nil {
		t.Fatal(err)
	}
	return costDoc{t, string(text)}
}

// costTable is a table's rows, by their first cells.
type costTable map[string][]string

// table reads the first table below a heading that begins so.
func (d costDoc) table(heading string) costTable {
	d.Helper()
	_, below, found := strings.Cut(d.text, "\n"+heading)
	if !found {
		d.Fatalf("docs/cost.md has no %q", heading)
	}
	table, inside := costTable{}, false
	for line := range strings.Lines(below) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if inside {
				break
			}
			continue
		}
		inside = true
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if !strings.HasPrefix(cells[0], "---") && cells[0] != "" {
			table[cells[0]] = cells[1:]
		}
	}
	if len(table) == 0 {
		d.Fatalf("docs/cost.md has no table below %q", heading)
	}
	return table
}

// number reads a cell; an empty one is 0.
func (t costTable) number(row string, column int) (float64, bool) {
	cells, found := t[row]
	if !found || column >= len(cells) {
		return 0, false
	}
	text := strings.ReplaceAll(cells[column], ",", "")
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// written is a number as the document has it: thousands apart, nothing for none.
func written(n float64) string {
	if n == 0 {
		return ""
	}
	digits := strconv.FormatFloat(n, 'f', -1, 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	var groups []string
	for len(whole) > 3 {
		groups = append(groups, whole[len(whole)-3:])
		whole = whole[:len(whole)-3]
	}
	groups = append(groups, whole)
	slices.Reverse(groups)
	text := strings.Join(groups, ",")
	if fraction != "" {
		text += "." + fraction
	}
	return text
}
