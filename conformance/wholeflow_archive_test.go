package conformance_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"pam/internal/aws/settings"
)

// archived is an archive as the API shows it.
type archived struct {
	ID, Status           string
	PhotoCount           int
	Size                 int
	DownloadURL, ReadyAt string
	Failure              *struct{ Code, Message string }
}

func (f *flow) archiveNow() archived {
	var got struct{ Archive archived }
	f.api.ask(`query($id:ID!){archive(id:$id){id status photoCount size downloadUrl readyAt failure{code message}}}`, map[string]any{"id": f.zip}, &got)
	return got.Archive
}

// archive has everything zipped, and opens the zip.
func (f *flow) archive() {
	var got struct{ RequestArchive archived }
	f.api.ask(`mutation($m:LabelMatch!){requestArchive(input:{match:$m,name:"Everything"}){id status}}`,
		map[string]any{"m": map[string]any{"any": slices.Sorted(maps.Keys(f.expected))[:1], "minConfidence": 50}}, &got)
	f.zip = got.RequestArchive.ID
	if got.RequestArchive.Status != "QUEUED" {
		f.Errorf("the archive begins %s: nothing heavy runs inside of the request", got.RequestArchive.Status)
	}
	f.eventually("the archive is READY", func() bool {
		a := f.archiveNow()
		if a.Failure != nil {
			f.Fatalf("the archive: %+v", *a.Failure)
		}
		return a.Status == "READY"
	})
	f.content = fetch(f.T, f.archiveNow().DownloadURL)
	f.open()
	if f.requests != nil && f.copies() {
		if n := f.requests.copies(); n == 0 {
			f.Errorf("the store copied nothing: the large photo went through a function")
		}
	}
}

// open compares the zip's entries with the photos.
func (f *flow) open() {
	name := slices.Sorted(maps.Keys(f.expected))[0]
	archive, err := zip.NewReader(bytes.NewReader(f.content), int64(len(f.content)))
	if err != nil {
		f.Fatalf("open the zip: %v", err)
	}
	entries := map[string][]byte{}
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			f.Fatalf("%s: %v", entry.Name, err)
		}
		content, err := io.ReadAll(r) // checks the CRC-32
		if err != nil {
			f.Fatalf("%s: %v", entry.Name, err)
		}
		entries[entry.Name] = content
	}
	for _, u := range f.uploads {
		if !slices.Contains(f.expected[name], u.file.name) {
			continue
		}
		if !bytes.Equal(entries[u.file.name], u.file.bytes) {
			f.Errorf("%s has %d bytes in the zip and others than the %d of the photo", u.file.name, len(entries[u.file.name]), len(u.file.bytes))
		}
		if !strings.Contains(string(entries["labels.csv"]), u.file.name+","+name) {
			f.Errorf("labels.csv does not say that %s shows %q:\n%s", u.file.name, name, entries["labels.csv"])
		}
	}
	if len(entries) != len(f.expected[name])+1 {
		f.Errorf("%d entries, want %d photos and labels.csv", len(entries), len(f.expected[name]))
	}
}

// tellOfIt looks for the notice in the API, and where a stand-in keeps it for the mail.
func (f *flow) tellOfIt() {
	if n := f.notices(); n != 1 {
		f.Errorf("%d notices of one archive", n)
	}
	if !f.standIn() {
		return // nobody has confirmed the address, so SNS sends nothing
	}
	var sent []notice
	f.eventually("the notice is published", func() bool { sent = f.published(); return len(sent) > 0 })
	for _, n := range sent {
		if !strings.Contains(n.text, site+"/archives/"+f.zip+"\n") || n.subject != "Your archive is ready: Everything" {
			f.Errorf("subject %q; the text must lead to the archive's page:\n%s", n.subject, n.text)
		}
		if strings.Contains(n.text, "X-Amz-") || strings.Count(n.text, "://") != 1 {
			f.Errorf("a mail is not secret, so it carries no link but that to the page:\n%s", n.text)
		}
	}
}

func (f *flow) notices() int {
	var got struct {
		Notices struct {
			Nodes []struct {
				Kind    string
				Archive struct{ ID string }
			}
		}
	}
	f.api.ask(`{notices{nodes{kind archive{id}}}}`, nil, &got)
	for _, n := range got.Notices.Nodes {
		if n.Kind != "ARCHIVE_READY" || n.Archive.ID != f.zip {
			f.Errorf("a notice of %+v", n)
		}
	}
	return len(got.Notices.Nodes)
}

// notice is what was published to a topic.
type notice struct{ subject, text string }

// published reads what moto keeps of the topics, which is a list of [id, text, subject, ...] of each.
func (f *flow) published() []notice {
	var data struct {
		SNS struct {
			Topic []struct {
				ARN  string  `json:"arn"`
				Sent [][]any `json:"sent_notifications"`
			}
		} `json:"sns"`
	}
	text := fetch(f.T, aws.ToString(f.configs[settings.SNS].BaseEndpoint)+"/moto-api/data.json")
	if err := json.Unmarshal(text, &data); err != nil {
		f.Fatalf("what moto keeps: %v", err)
	}
	var all []notice
	for _, topic := range data.SNS.Topic {
		if !strings.HasPrefix(topic.ARN, f.topicPrefix) {
			continue
		}
		for _, sent := range topic.Sent {
			text, _ := sent[1].(string)
			subject, _ := sent[2].(string)
			all = append(all, notice{subject, text})
		}
	}
	return all
}
