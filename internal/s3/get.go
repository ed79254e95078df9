package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/encoding/httpbinding"

	"pam/internal/photos"
)

// Get opens an object or a range of it.
//
// An archive is made of thousands of Gets, and the SDK's GetObject takes several times the processor time of its request.
// So the request is made here, signed by the SDK's signer for the SDK's endpoint. An answer other than the object is
// handed to GetObject as that of its first attempt: it knows all errors and when to try again.
func (s *Objects) Get(ctx context.Context, o photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	bytes := "" // all
	if length > 0 {
		if offset < 0 {
			return nil, photos.ObjectInfo{}, fmt.Errorf("s3: get %s: offset %d is negative", o.Key, offset)
		}
		bytes = fmt.Sprintf("bytes=%d-%d", offset, offset+length-1)
	}
	ctx, cancel := context.WithTimeout(ctx, transferTimeout)
	content, info, err := s.get(ctx, o, bytes, ifMatch)
	if err != nil {
		cancel()
		return nil, photos.ObjectInfo{}, err
	}
	return &body{ReadCloser: content, cancel: cancel}, info, nil
}

// body frees the deadline of a Get when its reader is done.
type body struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *body) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

func (s *Objects) get(ctx context.Context, o photos.Object, bytes, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	request, err := s.gets.request(ctx, s.buckets.name(o.Bucket), o.Key, bytes, ifMatch)
	if err != nil {
		return s.getBySDK(ctx, o, bytes, ifMatch)
	}
	response, err := s.gets.client.Do(request) //nolint:bodyclose // by the caller, the SDK or answered
	if err == nil {
		if info, ok := describe(response, bytes != ""); ok {
			return response.Body, info, nil
		}
	}
	first := &answered{response: response, err: err, next: s.gets.client}
	defer first.close()
	return s.getBySDK(ctx, o, bytes, ifMatch, func(options *s3.Options) { options.HTTPClient = first })
}

// answered is an HTTP client that has its first answer already.
type answered struct {
	response *http.Response
	err      error
	next     aws.HTTPClient
}

// Do gives that answer once, and then those of the next client.
func (a *answered) Do(request *http.Request) (*http.Response, error) {
	response, err := a.response, a.err
	if response == nil && err == nil {
		return a.next.Do(request)
	}
	a.response, a.err = nil, nil
	return response, err
}

// close closes an answer that nobody asked for.
func (a *answered) close() {
	if a.response != nil {
		_ = a.response.Body.Close()
	}
}

func (s *Objects) getBySDK(ctx context.Context, o photos.Object, bytes, ifMatch string, options ...func(*s3.Options)) (io.ReadCloser, photos.ObjectInfo, error) {
	input := &s3.GetObjectInput{Bucket: aws.String(s.buckets.name(o.Bucket)), Key: aws.String(o.Key)}
	if bytes != "" {
		input.Range = aws.String(bytes)
	}
	if ifMatch != "" {
		input.IfMatch = aws.String(ifMatch)
	}
	out, err := s.client.GetObject(ctx, input, options...)
	if err != nil {
		return nil, photos.ObjectInfo{}, wrap(err, "get", o)
	}
	size, err := wholeSize(aws.ToInt64(out.ContentLength), aws.ToString(out.ContentRange))
	if err != nil {
		return nil, photos.ObjectInfo{}, errors.Join(fmt.Errorf("s3: get %s: %w", o.Key, err), out.Body.Close())
	}
	return out.Body, photos.ObjectInfo{
		Size:         size,
		ETag:         aws.ToString(out.ETag),
		ContentType:  aws.ToString(out.ContentType),
		LastModified: aws.ToTime(out.LastModified).UTC(),
	}, nil
}

// wholeSize is the size of the object of which an answer may hold a range only: then the header Content-Range is there.
func wholeSize(length int64, contentRange string) (int64, error) {
	if contentRange == "" {
		return length, nil
	}
	_, total, ok := strings.Cut(contentRange, "/")
	if !ok {
		return 0, fmt.Errorf("header Content-Range %q has no total", contentRange)
	}
	size, err := strconv.ParseInt(total, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("header Content-Range %q: %w", contentRange, err)
	}
	return size, nil
}

// getRequests makes signed GET requests.
type getRequests struct {
	client    aws.HTTPClient
	options   s3.Options
	signer    *v4.Signer
	endpoints sync.Map // url.URL by the name of a bucket
}

// newGetRequests takes everything from the SDK's client.
func newGetRequests(client *s3.Client) *getRequests {
	options := client.Options()
	return &getRequests{
		client: options.HTTPClient, options: options,
		signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }), // as S3 wants it
	}
}

// endpoint gives the address of a bucket. The SDK finds it by rules that take longer than the signature.
func (g *getRequests) endpoint(ctx context.Context, bucket string) (url.URL, error) {
	if known, ok := g.endpoints.Load(bucket); ok {
		return known.(url.URL), nil
	}
	endpoint, err := g.options.EndpointResolverV2.ResolveEndpoint(ctx, s3.EndpointParameters{
		Bucket:         aws.String(bucket),
		Region:         aws.String(g.options.Region),
		Endpoint:       g.options.BaseEndpoint,
		ForcePathStyle: aws.Bool(g.options.UsePathStyle),
		UseFIPS:        aws.Bool(g.options.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		UseDualStack:   aws.Bool(g.options.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
	}.WithDefaults())
	if err != nil {
		return url.URL{}, err
	}
	g.endpoints.Store(bucket, endpoint.URI)
	return endpoint.URI, nil
}

// request makes a signed request; the error says why it is the SDK that has to be asked.
func (g *getRequests) request(ctx context.Context, bucket, key, bytes, ifMatch string) (*http.Request, error) {
	target, err := g.endpoint(ctx, bucket)
	switch {
	case err != nil:
		return nil, err
	case g.options.Credentials == nil:
		return nil, errors.New("no credentials")
	}
	target.Path = strings.TrimSuffix(target.Path, "/") + "/" + key
	target.RawPath = httpbinding.EscapePath(target.Path, false)
	// The SHA-256 of no bytes, which S3 wants to be signed.
	const emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	request := (&http.Request{
		Method: http.MethodGet, URL: &target, Host: target.Host, Header: http.Header{"X-Amz-Content-Sha256": {emptySHA256}},
	}).WithContext(ctx)
	if bytes != "" {
		request.Header.Set("Range", bytes)
	}
	if ifMatch != "" {
		request.Header.Set("If-Match", ifMatch)
	}
	keys, err := g.options.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	return request, g.signer.SignHTTP(ctx, keys, request, emptySHA256, "s3", g.options.Region, time.Now())
}

// describe reads the headers of an answer; ok is false when it does not hold an object or, where that was asked for, a
// range of it.
func describe(response *http.Response, isRange bool) (info photos.ObjectInfo, ok bool) {
	want := http.StatusOK
	if isRange {
		want = http.StatusPartialContent
	}
	size, sizeErr := wholeSize(response.ContentLength, response.Header.Get("Content-Range"))
	modified, timeErr := http.ParseTime(response.Header.Get("Last-Modified"))
	if response.StatusCode != want || response.ContentLength < 0 || sizeErr != nil || timeErr != nil {
		return photos.ObjectInfo{}, false
	}
	return photos.ObjectInfo{
		Size:         size,
		ETag:         response.Header.Get("ETag"),
		ContentType:  response.Header.Get("Content-Type"),
		LastModified: modified.UTC(),
	}, true
}
