package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// compareAnswers asks every server with some of the tokens: all must answer as the first does, with as many elements as are
// asked for.
func (b bench) compareAnswers(ctx context.Context, m measurement, servers []*running, body []byte) error {
	for _, token := range []string{b.tokens[0], b.tokens[1], b.tokens[tokenTotal-1]} {
		var want any
		for i, s := range servers {
			text, err := askOnce(ctx, s.address, token, body)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			got, err := answerValue(text, m.volatile)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			if n := elementsAt(got, m.list...); n != pageSize {
				return fmt.Errorf("%s gives %d elements: %.300s", s.name, n, text)
			}
			if i == 0 {
				want = got
			}
			if found := difference("answer", got, want); found != "" {
				return fmt.Errorf("%s does not answer as %s does: %s", s.name, servers[0].name, found)
			}
		}
	}
	b.progress.Printf("%s: %d servers answer alike", m.title(), len(servers))
	return nil
}

func askOnce(ctx context.Context, address, token string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.300s", res.Status, text)
	}
	return text, err
}
