package conformance_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rekognition"
	rekognitiontypes "github.com/aws/aws-sdk-go-v2/service/rekognition/types"
	"github.com/google/go-cmp/cmp"

	"pam/internal/aws/settings"
	"pam/internal/photos"
)

// listed is a page of photos.
type listed struct {
	TotalCount int
	Nodes      []struct {
		ID, FileName, URL string
		Rejection         *struct{ Code string }
		Labels            []struct {
			Name       string
			Confidence float64
		}
	}
}

func (f *flow) photos(status string) listed {
	var got struct{ Photos listed }
	f.api.ask(`query($s:PhotoStatus){photos(status:$s,first:100){totalCount nodes{id fileName url rejection{code} labels{name confidence}}}}`, map[string]any{"s": status}, &got)
	return got.Photos
}

// askForLabels holds photos and counts against what Rekognition itself says of each object, over both ways to ask.
func (f *flow) askForLabels() {
	f.expected = map[string][]string{}
	for _, u := range f.uploads {
		for _, name := range f.rekognition(u.key) {
			f.expected[name] = append(f.expected[name], u.file.name)
		}
	}
	if len(f.expected) == 0 {
		f.Fatalf("Rekognition knows nothing of any photo")
	}
	byName := map[string]upload{}
	for _, u := range f.uploads {
		byName[u.file.name] = u
	}
	labelled := f.photos("LABELLED")
	found := map[string][]string{}
	for _, p := range labelled.Nodes {
		for _, l := range p.Labels {
			found[l.Name] = append(found[l.Name], p.FileName)
		}
		if !bytes.Equal(fetch(f.T, p.URL), byName[p.FileName].file.bytes) {
			f.Errorf("the link of %s leads to other bytes than were uploaded", p.FileName)
		}
	}
	if diff := cmp.Diff(sorted(f.expected), sorted(found)); diff != "" || labelled.TotalCount != len(f.uploads) {
		f.Errorf("%d photos are LABELLED, want %d with Rekognition's labels (-want +got)\n%s", labelled.TotalCount, len(f.uploads), diff)
	}

	const selection = `{totalCount nodes{name count}}`
	data, failures := f.api.overURL(`{labels(first:500,minConfidence:50,orderBy:NAME_ASC)`+selection+`}`, nil)
	if len(failures) > 0 {
		f.Fatalf("labels: %+v", failures)
	}
	var got struct {
		Labels json.RawMessage
	}
	if err := json.Unmarshal(data, &got); err != nil {
		f.Fatalf("labels: %v", err)
	}
	want := map[string]any{"totalCount": float64(len(f.expected)), "nodes": []any{}}
	for _, name := range slices.Sorted(maps.Keys(f.expected)) {
		want["nodes"] = append(want["nodes"].([]any), map[string]any{"name": name, "count": float64(len(f.expected[name]))})
	}
	appsync := f.api.overAppSync("labels", selection, []string{"totalCount", "nodes", "nodes/name", "nodes/count"}, map[string]any{"first": 500, "minConfidence": 50, "orderBy": "NAME_ASC"})
	for way, answer := range map[string]json.RawMessage{"the Function URL": got.Labels, "AppSync": appsync} {
		var value any
		if err := json.Unmarshal(answer, &value); err != nil {
			f.Fatalf("labels over %s: %v", way, err)
		}
		if value := selected(value); !cmp.Equal(any(want), value) {
			f.Errorf("labels over %s: (-want +got)\n%s", way, cmp.Diff(any(want), value))
		}
	}
}

// selected leaves out what AppSync is told of a label beside what was asked for: it takes from an answer what it needs.
func selected(value any) any {
	if object, ok := value.(map[string]any); ok {
		for _, node := range object["nodes"].([]any) {
			delete(node.(map[string]any), "id")
		}
	}
	return value
}

// rekognition asks Rekognition itself, without PAM, which labels an object has; ancestors of a label are labels, too.
func (f *flow) rekognition(key string) []string {
	out, err := rekognition.NewFromConfig(f.configs[settings.Rekognition]).DetectLabels(f.Context(), &rekognition.DetectLabelsInput{
		Image:         &rekognitiontypes.Image{S3Object: &rekognitiontypes.S3Object{Bucket: aws.String(f.storage), Name: aws.String(key)}},
		MinConfidence: aws.Float32(photos.LowestConfidence),
	})
	if err != nil {
		f.Fatalf("Rekognition: %v", err)
	}
	names := map[string]bool{}
	for _, l := range out.Labels {
		names[aws.ToString(l.Name)] = true
		for _, p := range l.Parents {
			names[aws.ToString(p.Name)] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func sorted(lists map[string][]string) map[string][]string {
	for _, list := range lists {
		slices.Sort(list)
	}
	return lists
}
