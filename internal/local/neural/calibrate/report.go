package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pam/internal/photos"
)

// verdict is what the labeller says of one photo, beside what a person says.
type verdict struct {
	photo  photograph
	labels []photos.PhotoLabel
}

// tally counts labels and how many of them are right.
type tally struct{ shown, right int }

func (t *tally) add(right bool) {
	t.shown++
	if right {
		t.right++
	}
}

// share of the labels that are right, as text.
func (t tally) share() string {
	if t.shown == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(t.right)/float64(t.shown))
}

// summary is how good a set of verdicts is.
type summary struct {
	photos    int
	found     int // photos that show one of their must labels
	all       tally
	buckets   [photos.BucketCount]tally
	said      [photos.BucketCount]float64 // sums of confidences
	perLabel  map[string]*tally
	missed    []string // photos without any of their must labels, with what they show instead
	wrong     []string // photos with wrong labels
	threshold float64
}

// summarise counts what is shown at threshold or more; the buckets begin at photos.LowestConfidence.
func summarise(verdicts []verdict, threshold float64) summary {
	s := summary{photos: len(verdicts), perLabel: map[string]*tally{}, threshold: threshold}
	for _, v := range verdicts {
		var shown, wrong []string
		found := false
		for _, l := range v.labels {
			right := v.photo.truth[l.Name]
			bucket := photos.BucketOf(l.Confidence)
			s.buckets[bucket].add(right)
			s.said[bucket] += l.Confidence
			if l.Confidence < threshold {
				continue
			}
			text := fmt.Sprintf("%s %.0f", l.Name, l.Confidence)
			shown = append(shown, text)
			if !right {
				wrong = append(wrong, text)
			}
			s.all.add(right)
			if s.perLabel[l.Name] == nil {
				s.perLabel[l.Name] = &tally{}
			}
			s.perLabel[l.Name].add(right)
			found = found || slices.Contains(v.photo.Must, l.Name)
		}
		if found {
			s.found++
		} else {
			s.missed = append(s.missed, fmt.Sprintf("%s: must be one of %s; shows %s", v.photo.Path, strings.Join(v.photo.Must, ", "), orNothing(shown)))
		}
		if len(wrong) > 0 {
			s.wrong = append(s.wrong, fmt.Sprintf("%s: %s; must %s", v.photo.Path, strings.Join(wrong, ", "), strings.Join(v.photo.Must, ", ")))
		}
	}
	return s
}

func orNothing(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}

// text gives the tables that docs/labelling.md publishes, as Markdown.
func (s summary) text(title string) string {
	w := &strings.Builder{}
	fmt.Fprintf(w, "### %s: %d photos\n\n", title, s.photos)
	fmt.Fprintf(w, "- Of the %d labels shown at %.0f or more, %s are right.\n", s.all.shown, s.threshold, s.all.share())
	fmt.Fprintf(w, "- %d of %d photos (%.1f %%) show one of their must labels.\n\n", s.found, s.photos, 100*float64(s.found)/float64(max(1, s.photos)))
	fmt.Fprintf(w, "| confidence | labels | said, mean | right |\n| --- | ---: | ---: | ---: |\n")
	for i, b := range s.buckets {
		said := "-"
		if b.shown > 0 {
			said = fmt.Sprintf("%.1f", s.said[i]/float64(b.shown))
		}
		from := photos.LowestConfidence + i*photos.ConfidenceStep
		fmt.Fprintf(w, "| %d to %d | %d | %s | %s |\n", from, from+photos.ConfidenceStep, b.shown, said, b.share())
	}
	fmt.Fprintln(w)
	return w.String()
}

// cases names what went wrong, photo by photo.
func (s summary) cases() string {
	w := &strings.Builder{}
	fmt.Fprintln(w, "Photos that show none of their must labels:")
	for _, line := range s.missed {
		fmt.Fprintln(w, "-", line)
	}
	fmt.Fprintln(w, "\nPhotos with wrong labels:")
	for _, line := range s.wrong {
		fmt.Fprintln(w, "-", line)
	}
	fmt.Fprintln(w, "\nLabels that were wrong:")
	for _, name := range slices.Sorted(maps.Keys(s.perLabel)) {
		if t := s.perLabel[name]; t.right < t.shown {
			fmt.Fprintf(w, "- %s: %d of %d right\n", name, t.right, t.shown)
		}
	}
	fmt.Fprintln(w)
	return w.String()
}
