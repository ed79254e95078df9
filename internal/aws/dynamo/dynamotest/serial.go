package dynamotest

import (
	"bytes"
	"io"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// serial sends one request at a time.
type serial struct {
	mu     sync.Mutex
	client aws.HTTPClient
}

// OneAtATime gives a client that sends no request before the one before it is answered whole. It is for servers that do
// not keep transactions apart.
func OneAtATime(client aws.HTTPClient) aws.HTTPClient { return &serial{client: client} }

// Do implements aws.HTTPClient.
func (s *serial) Do(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	response, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
