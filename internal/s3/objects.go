package s3

import (
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"pam/internal/photos"
)

// Buckets names the bucket behind each of the domain's two places.
type Buckets struct {
	Storage string
	Working string
}

func (b Buckets) name(bucket photos.Bucket) string {
	if bucket == photos.WorkingBucket {
		return b.Working
	}
	return b.Storage
}

// Objects is the photos.Objects port on S3. It is safe for concurrent use.
//
// Each call has a deadline, also where its context allows more, so that a dead connection cannot hold a worker for long: a
// minute for calls that carry no bytes, five minutes for those that do (for Get until its body is closed), and thirteen for
// CompleteUpload, which may have to wait for the store to assemble 150 GB.
//
// The SDK retries what is worth a retry, three attempts with backoff. When the store still asks to slow down, the error
// wraps photos.ErrBusy.
type Objects struct {
	client  *s3.Client
	presign *s3.PresignClient
	gets    *getRequests
	buckets Buckets
}

var _ photos.Objects = (*Objects)(nil)

const (
	callTimeout     = time.Minute
	transferTimeout = 5 * time.Minute
	completeTimeout = 13 * time.Minute
)

// New makes an Objects. Region and credentials come from cfg, and cfg.BaseEndpoint when the store is not Amazon's; such
// a store is addressed by path (http://host/bucket/key), as it has no DNS name for each bucket. An HTTP client in cfg is
// used as it is; pass NewHTTPClient's unless there is a reason not to.
func New(cfg aws.Config, buckets Buckets) *Objects {
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = NewHTTPClient()
	}
	// The default of the SDK adds a CRC-32 of its own choosing to every request, by an extra pass over the body and an
	// extra signed header, and checks what downloads carry. PAM sends and checks CRC-32 itself, end to end.
	cfg.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	cfg.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = cfg.BaseEndpoint != nil
		o.DisableLogOutputChecksumValidationSkipped = true // we know: see above
	})
	return &Objects{client: client, presign: s3.NewPresignClient(client), gets: newGetRequests(client), buckets: buckets}
}

// NewHTTPClient makes an HTTP client for one store: it keeps as many idle connections as a busy archiver uses at once
// (48 reads and some part uploads), because opening one costs more than reading a photo. It has no timeout of its own:
// calls have deadlines.
func NewHTTPClient() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   128,
		IdleConnTimeout:       60 * time.Second,
		TLSHandshakeTimeout:   5 * time.Second,
		ExpectContinueTimeout: time.Second,
		// Photos do not compress, and a transparently unpacked body would not have the length that S3 promised.
		DisableCompression: true,
		// Bodies go past these buffers, straight between the socket and the place of the photo or the part; so they only
		// hold headers, and a hundred connections take little.
		ReadBufferSize:  4 << 10,
		WriteBufferSize: 16 << 10,
	}}
}
