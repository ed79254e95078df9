package photostest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pam/internal/photos"
)

// answer is what the store said to a plain HTTP client.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send sends a signed request as a browser would: the headers it was told, and a body whose length sets Content-Length.
// A nil edit changes nothing.
func send(t *testing.T, signed photos.SignedRequest, body []byte, edit func(*http.Request)) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), signed.Method, signed.URL, bytes.NewReader(body))
	if err != nil {
		t.Fatalf("signed request: %v", err)
	}
	for _, h := range signed.Headers {
		request.Header.Set(h.Name, h.Value)
	}
	if edit != nil {
		edit(request)
	}
	// Not the shared client: a server that refuses a request may close the connection, which must not touch the next.
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	response, err := client.Do(request)
	for tries := 1; cut(err) && tries < 10; tries++ {
		if request.Body, err = request.GetBody(); err != nil {
			t.Fatalf("signed request: %v", err)
		}
		response, err = client.Do(request)
	}
	if err != nil {
		t.Fatalf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Errorf("%s %s: read the answer: %v", request.Method, request.URL.Path, err)
	}
	if err := response.Body.Close(); err != nil {
		t.Errorf("%s %s: close the answer: %v", request.Method, request.URL.Path, err)
	}
	return answer{response.StatusCode, response.Header, content}
}

// cut tells of an answer that was lost because the server refused the request and closed the connection while its body
// was still being sent: RFC 9112, section 9.6. The same request, sent again, gets the same answer.
func cut(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

const photoType = "image/jpeg"

func terms(content []byte) photos.UploadTerms {
	return photos.UploadTerms{ContentType: photoType, Size: int64(len(content)), CRC32: sum(content)}
}

func (s objectsTest) signUpload(t *testing.T, o photos.Object, content []byte, life time.Duration) photos.SignedRequest {
	t.Helper()
	signed, err := s.SignUpload(t.Context(), o, terms(content), life)
	if err != nil {
		t.Fatalf("%s: SignUpload: %v", s.reason, err)
	}
	return signed
}

func testSignedUpload(t *testing.T, s objectsTest) {
	content := pattern(1, 300_000)
	o := s.storage("signed é +&")
	s.forget(t, o)
	signed := s.signUpload(t, o, content, time.Minute)

	if signed.Method != http.MethodPut {
		t.Errorf("an upload is a PUT, not a %s", signed.Method)
	}
	crc := base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum(content)))
	wanted := []photos.Header{
		{Name: "Content-Type", Value: photoType},
		{Name: "If-None-Match", Value: "*"},
		{Name: "X-Amz-Checksum-Crc32", Value: crc},
		{Name: "X-Amz-Storage-Class", Value: "INTELLIGENT_TIERING"},
	}
	if !slices.Equal(signed.Headers, wanted) {
		t.Errorf("exactly these headers are to be sent:\n got %v\nwant %v", signed.Headers, wanted)
	}
	address, err := url.Parse(signed.URL)
	if err != nil {
		t.Fatalf("signed URL: %v", err)
	}
	pinned := strings.Split(address.Query().Get("X-Amz-SignedHeaders"), ";")
	for _, name := range []string{"host", "content-length", "content-type", "if-none-match", "x-amz-checksum-crc32", "x-amz-storage-class"} {
		if !slices.Contains(pinned, name) {
			t.Errorf("%s is pinned by the signature, which covers %v only", name, pinned)
		}
	}

	got := send(t, signed, content, nil)
	if got.status != http.StatusOK {
		t.Fatalf("%s: status %d, %s", s.reason, got.status, got.body)
	}
	sameBytes(t, s.reason, "Get", s.read(t, o), content)
	info, err := s.Head(t.Context(), o)
	if err != nil || info.ContentType != photoType || info.ETag != got.header.Get("ETag") {
		t.Errorf("the object is as the upload said, %s of %s: %+v, %v", got.header.Get("ETag"), photoType, info, err)
	}

	if again := send(t, signed, content, nil); again.status != http.StatusPreconditionFailed {
		t.Errorf("a URL works once: the second time status %d, want 412", again.status)
	}
	if other := send(t, s.signUpload(t, o, pattern(2, 10), time.Minute), pattern(2, 10), nil); other.status != http.StatusPreconditionFailed {
		t.Errorf("no URL replaces an object: status %d, want 412", other.status)
	}
	sameBytes(t, "the first upload stays", "Get", s.read(t, o), content)
}

func testSignedUploadAttacks(t *testing.T, s objectsTest) {
	content := pattern(7, 50_000)
	changed := slices.Clone(content)
	changed[100] ^= 1
	secret := s.storage("of somebody else")
	s.put(t, secret, []byte("secret"))

	query := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			q := r.URL.Query()
			q.Set(name, value)
			r.URL.RawQuery = q.Encode()
		}
	}
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	drop := func(name string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Del(name) }
	}
	cases := []struct {
		name   string
		reason string
		body   []byte
		edit   func(*http.Request)
	}{
		{"Signature", "a signature cannot be guessed", content, query("X-Amz-Signature", strings.Repeat("0", 64))},
		{"NoSignature", "nothing is open to everybody", content, func(r *http.Request) { r.URL.RawQuery = "" }},
		{"LongerLife", "the life is part of what is signed", content, query("X-Amz-Expires", "604800")},
		{"FewerPinned", "what is pinned is part of what is signed", content, query("X-Amz-SignedHeaders", "host")},
		{"Longer", "the length is exact", append(slices.Clone(content), 0), nil},
		{"Shorter", "the length is exact", content[:len(content)-1], nil},
		{"Empty", "the length is exact", nil, nil},
		{"Chunked", "a body without a length is no way around the length", content, func(r *http.Request) { r.ContentLength = -1 }},
		{"Bytes", "the bytes are those of the CRC-32", changed, nil},
		{"Type", "the type is that of the terms", content, set("Content-Type", "text/html")},
		{"NoType", "the type has to be sent", content, drop("Content-Type")},
		{"CRC", "the CRC-32 is that of the terms", changed, set("X-Amz-Checksum-Crc32", base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum(changed))))},
		{"NoCRC", "the CRC-32 has to be sent", content, drop("X-Amz-Checksum-Crc32")},
		{"NoCondition", "the condition that makes a URL work once has to be sent", content, drop("If-None-Match")},
		{"OtherCondition", "the condition is part of what is signed", content, set("If-None-Match", `"x"`)},
		{"Class", "the storage class is that of the terms", content, set("X-Amz-Storage-Class", "STANDARD")},
		{"NoClass", "the storage class has to be sent", content, drop("X-Amz-Storage-Class")},
		{"ExtraHeader", "no header of S3 can be added: an access list", content, set("X-Amz-Acl", "public-read")},
		{"Copy", "no header of S3 can be added: a copy of another object", nil, set("X-Amz-Copy-Source", "/pam-storage/"+url.PathEscape(secret.Key))},
		{"Key", "the key is part of what is signed", content, func(r *http.Request) { r.URL.Path += "x" }},
		{"Tagging", "another operation on the same key is not signed", content, func(r *http.Request) { r.URL.RawQuery += "&tagging=" }},
		{"Part", "a part of an upload is another operation", content, func(r *http.Request) { r.URL.RawQuery += "&partNumber=1&uploadId=x" }},
		{"Delete", "the method is part of what is signed", nil, func(r *http.Request) { r.Method = http.MethodDelete }},
		{"Get", "the method is part of what is signed", nil, func(r *http.Request) { r.Method = http.MethodGet }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := s.storage("attack/" + c.name)
			got := send(t, s.signUpload(t, o, content, time.Minute), c.body, c.edit)
			if got.status < 400 || got.status > 499 {
				t.Errorf("%s: status %d, want it refused: %s", c.reason, got.status, got.body)
			}
			left, err := s.List(t.Context(), photos.StorageBucket, o.Key, "", 10)
			if err != nil || len(left) != 0 {
				t.Errorf("%s: nothing may be stored: %q, %v", c.reason, left, err)
			}
		})
	}

	t.Run("Expired", func(t *testing.T) {
		upload := s.signUpload(t, s.storage("attack/late"), content, time.Second)
		download, err := s.SignDownload(t.Context(), secret, photos.DownloadTerms{}, time.Second)
		if err != nil {
			t.Fatalf("SignDownload: %v", err)
		}
		time.Sleep(2100 * time.Millisecond) // signatures carry whole seconds
		if got := send(t, upload, content, nil); got.status != http.StatusForbidden {
			t.Errorf("an upload that comes too late is refused: status %d, want 403", got.status)
		}
		if got := send(t, photos.SignedRequest{Method: http.MethodGet, URL: download}, nil, nil); got.status != http.StatusForbidden {
			t.Errorf("a download that comes too late is refused: status %d, want 403", got.status)
		}
		_, err = s.Head(t.Context(), s.storage("attack/late"))
		want(t, "nothing may be stored", "Head", err, photos.NotFound)
	})
}

func testSignedUploadRace(t *testing.T, s objectsTest) {
	for round := range 5 {
		o := s.storage("race/" + string(rune('a'+round)))
		s.forget(t, o)
		const n = 8
		contents := make([][]byte, n)
		signed := make([]photos.SignedRequest, n)
		for i := range n {
			contents[i] = pattern(i, 100_000)
			signed[i] = s.signUpload(t, o, contents[i], time.Minute)
		}
		var group sync.WaitGroup
		statuses := make([]int, n)
		for i := range n {
			group.Go(func() { statuses[i] = send(t, signed[i], contents[i], nil).status })
		}
		group.Wait()
		winner := -1
		for i, status := range statuses {
			switch status {
			case http.StatusOK:
				if winner >= 0 {
					t.Errorf("%s: both %d and %d did", s.reason, winner, i)
				}
				winner = i
			case http.StatusPreconditionFailed, http.StatusConflict: // 409: S3 saw the race itself and asks to try again
			default:
				t.Errorf("%s: status %d, want 200 or 412", s.reason, status)
			}
		}
		if winner < 0 {
			t.Fatalf("%s: nobody did", s.reason)
		}
		sameBytes(t, s.reason, "Get", s.read(t, o), contents[winner])
	}
}

func testSignedDownload(t *testing.T, s objectsTest) {
	content := pattern(3, 10_000)
	o := s.working("download/zip")
	s.put(t, o, content)

	cases := []struct {
		name     string
		reason   string
		terms    photos.DownloadTerms
		kind     string
		fileName string // as a browser decodes it; "" for none
	}{
		{"Plain", "a name as most are", photos.DownloadTerms{FileName: "Dan's photos.zip", ContentType: "application/zip"}, "attachment", "Dan's photos.zip"},
		{"Inline", "a photo is shown", photos.DownloadTerms{FileName: "a.jpg", ContentType: "image/jpeg", Inline: true}, "inline", "a.jpg"},
		{"None", "a name is not required", photos.DownloadTerms{ContentType: "application/zip"}, "attachment", ""},
		{"NoType", "a type is not required", photos.DownloadTerms{FileName: "a.zip"}, "attachment", "a.zip"},
		{"Unicode", "names come in any script", photos.DownloadTerms{FileName: "Ferien 2024 – Übersee 日本 🏔.zip", ContentType: "application/zip"}, "attachment", "Ferien 2024 – Übersee 日本 🏔.zip"},
		{"Quotes", "a quote cannot end the name", photos.DownloadTerms{FileName: `a"; filename="evil.exe`, ContentType: "application/zip"}, "attachment", `a"; filename="evil.exe`},
		{"Escapes", "percent signs are themselves", photos.DownloadTerms{FileName: "100%41;=,*.zip", ContentType: "application/zip"}, "attachment", "100%41;=,*.zip"},
		{"Lines", "a line break cannot add a header", photos.DownloadTerms{FileName: "a\r\nSet-Cookie: x=y\r\n\r\n<b>.zip", ContentType: "application/zip"}, "attachment", "a__Set-Cookie: x=y____<b>.zip"},
		{"Paths", "a name is no path", photos.DownloadTerms{FileName: `../..\a.zip`, ContentType: "application/zip"}, "attachment", ".._.._a.zip"},
		{"Invalid", "bytes that are no UTF-8 are replaced", photos.DownloadTerms{FileName: "a\xff.zip", ContentType: "application/zip"}, "attachment", "a\uFFFD.zip"},
		{"Long", "a long name still fits a request", photos.DownloadTerms{FileName: strings.Repeat("日", 85), ContentType: "application/zip"}, "attachment", strings.Repeat("日", 85)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			address, err := s.SignDownload(t.Context(), o, c.terms, time.Minute)
			if err != nil {
				t.Fatalf("%s: SignDownload: %v", c.reason, err)
			}
			got := send(t, photos.SignedRequest{Method: http.MethodGet, URL: address}, nil, nil)
			if got.status != http.StatusOK {
				t.Fatalf("%s: status %d: %s", c.reason, got.status, got.body)
			}
			sameBytes(t, c.reason, "body", got.body, content)
			kind, params, err := mime.ParseMediaType(plain(got.header.Get("Content-Disposition")))
			if err != nil || kind != c.kind || params["filename"] != c.fileName {
				t.Errorf("%s: Content-Disposition %q is %q of %q (%v), want %q of %q", c.reason,
					got.header.Get("Content-Disposition"), kind, params["filename"], err, c.kind, c.fileName)
			}
			if c.terms.ContentType != "" && got.header.Get("Content-Type") != c.terms.ContentType {
				t.Errorf("%s: type %q, want %q", c.reason, got.header.Get("Content-Type"), c.terms.ContentType)
			}
			if got.header.Get("Set-Cookie") != "" {
				t.Errorf("%s: a header was smuggled in", c.reason)
			}
		})
	}

	address, err := s.SignDownload(t.Context(), o, photos.DownloadTerms{FileName: "a.zip", ContentType: "application/zip"}, time.Minute)
	if err != nil {
		t.Fatalf("SignDownload: %v", err)
	}
	signed := photos.SignedRequest{Method: http.MethodGet, URL: address}
	t.Run("Range", func(t *testing.T) {
		got := send(t, signed, nil, func(r *http.Request) { r.Header.Set("Range", "bytes=9000-") })
		if got.status != http.StatusPartialContent {
			t.Errorf("a download can be resumed: status %d, want 206", got.status)
		}
		sameBytes(t, "a download can be resumed", "body", got.body, content[9000:])
	})
	t.Run("Tampered", func(t *testing.T) {
		for name, value := range map[string]string{
			"response-content-disposition": `attachment; filename="evil.exe"`,
			"response-content-type":        "text/html",
			"X-Amz-Expires":                "604800",
		} {
			got := send(t, signed, nil, func(r *http.Request) {
				q := r.URL.Query()
				q.Set(name, value)
				r.URL.RawQuery = q.Encode()
			})
			if got.status != http.StatusForbidden {
				t.Errorf("how a download presents itself is signed: with another %s status %d, want 403", name, got.status)
			}
		}
		got := send(t, signed, nil, func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "zip", "other", 1) })
		if got.status != http.StatusForbidden {
			t.Errorf("a URL is for one object: status %d, want 403", got.status)
		}
	})
	t.Run("Missing", func(t *testing.T) {
		address, err := s.SignDownload(t.Context(), s.working("never"), photos.DownloadTerms{}, time.Minute)
		if err != nil {
			t.Fatalf("signing asks nobody: %v", err)
		}
		if got := send(t, photos.SignedRequest{Method: http.MethodGet, URL: address}, nil, nil); got.status != http.StatusNotFound {
			t.Errorf("what is not there is 404: status %d", got.status)
		}
	})
}

// plain drops the ASCII fallback of a Content-Disposition that has the full name too, as browsers do; Go's parser takes
// the two for a duplicate.
func plain(disposition string) string {
	kind, full, ok := strings.Cut(disposition, "; filename*=")
	if !ok {
		return disposition
	}
	kind, _, _ = strings.Cut(kind, ";")
	return kind + "; filename*=" + full
}

func testSignedLimits(t *testing.T, s objectsTest) {
	good := terms([]byte("x"))
	cases := []struct {
		name   string
		reason string
		size   int64
		life   time.Duration
		ok     bool
	}{
		{"Shortest", "a life is 1 s at least", good.Size, time.Second, true},
		{"Longest", "a life is 7 days at most", good.Size, 7 * 24 * time.Hour, true},
		{"TooShort", "a life is 1 s at least", good.Size, time.Second - 1, false},
		{"TooLong", "a life is 7 days at most", good.Size, 7*24*time.Hour + 1, false},
		{"NoSize", "an upload without a length would take any", 0, time.Minute, false},
		{"NegativeSize", "a length is not negative", -1, time.Minute, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			terms := good
			terms.Size = c.size
			_, err := s.SignUpload(t.Context(), s.storage("limits"), terms, c.life)
			if (err == nil) != c.ok {
				t.Errorf("%s: SignUpload: %v", c.reason, err)
			}
			if c.size != good.Size {
				return
			}
			_, err = s.SignDownload(t.Context(), s.storage("limits"), photos.DownloadTerms{}, c.life)
			if (err == nil) != c.ok {
				t.Errorf("%s: SignDownload: %v", c.reason, err)
			}
		})
	}
}
