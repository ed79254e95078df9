package rekognition_test

import (
	"bytes"
	"encoding/json"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"pam/internal/aws/rekognition"
)

const bucket = "photos-of-the-test"

// request is the body of a DetectLabels call.
type request struct {
	Image struct {
		Bytes    []byte
		S3Object *struct{ Bucket, Name string }
	}
	MaxLabels     *int
	MinConfidence float64
}

// service answers as Rekognition does, in the protocol JSON 1.1
// (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html), by what is set.
type service struct {
	// fromBucket and fromBytes are answers, one by one and the last for ever, to calls that name an object or carry an image.
	fromBucket, fromBytes []reply

	mu       sync.Mutex
	requests []request
}

// reply is an answer: a body, or a status with a code.
type reply struct {
	body   string
	status int
	code   string
}

func labels(body string) []reply {
	return []reply{{body: `{"LabelModelVersion":"3.0","Labels":[` + body + `]}`}}
}

func (s *service) labeler(t *testing.T) *rekognition.Labeler {
	t.Helper()
	server := httptest.NewServer(s.handler(t))
	t.Cleanup(server.Close)
	return rekognition.New(aws.Config{
		Region:       "eu-central-1",
		Credentials:  credentials.NewStaticCredentialsProvider("id", "secret", ""),
		BaseEndpoint: aws.String(server.URL),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.Backoff = noBackoff{} })
		},
	}, bucket)
}

// noBackoff retries at once, as tests do not sleep.
type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

func (s *service) handler(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in request
		if target := r.Header.Get("X-Amz-Target"); target != "RekognitionService.DetectLabels" {
			t.Errorf("target %q", target)
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Errorf("request: %v", err)
		}
		answer := s.next(in)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if answer.code != "" || answer.status != 0 {
			w.WriteHeader(answer.status)
			answer.body = `{"__type":"` + answer.code + `","message":"a message of the service"}`
		}
		if _, err := w.Write([]byte(answer.body)); err != nil {
			t.Errorf("answer: %v", err)
		}
	}
}

// next takes an answer. An image that the real service would refuse is refused, whatever is set.
func (s *service) next(in request) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, in)
	list := &s.fromBucket
	if in.Image.S3Object == nil {
		list = &s.fromBytes
		if len(in.Image.Bytes) > 5_000_000 {
			return reply{status: http.StatusBadRequest, code: "ImageTooLargeException"}
		}
		size, err := jpeg.DecodeConfig(bytes.NewReader(in.Image.Bytes))
		if err != nil || min(size.Width, size.Height) < 80 || max(size.Width, size.Height) > 10_000 {
			return reply{status: http.StatusBadRequest, code: "InvalidImageFormatException"}
		}
	}
	if len(*list) == 0 {
		return reply{status: http.StatusBadRequest, code: "InvalidParameterException"}
	}
	answer := (*list)[0]
	if len(*list) > 1 {
		*list = (*list)[1:]
	}
	return answer
}

// seen gives the requests so far.
func (s *service) seen() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]request(nil), s.requests...)
}
