package dynamo

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// packFrom is from how many bytes on a text is kept deflated. Writes are paid by the kilobyte, so below that nothing is
// gained, and what is not deflated can be read in a console.
const packFrom = 512

// packText writes a text, deflated when that makes it shorter.
func packText(plain string) (types.AttributeValue, error) {
	if len(plain) < packFrom {
		return text(plain), nil
	}
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	if _, err := io.WriteString(w, plain); err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	if b.Len() >= len(plain) {
		return text(plain), nil
	}
	return &types.AttributeValueMemberB{Value: b.Bytes()}, nil
}

// unpackText reads what packText has written.
func unpackText(v types.AttributeValue) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case *types.AttributeValueMemberS:
		return v.Value, nil
	case *types.AttributeValueMemberB:
		plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(v.Value)))
		if err != nil {
			return "", fmt.Errorf("inflate: %w", err)
		}
		return string(plain), nil
	}
	return "", errors.New("is neither text nor deflated")
}

// pack writes a list as JSON.
func pack[T any](list []T) (types.AttributeValue, error) {
	if len(list) == 0 {
		return text("[]"), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // the text is for no browser
	if err := e.Encode(list); err != nil {
		return nil, fmt.Errorf("write a list as JSON: %w", err)
	}
	return packText(string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))))
}

// unpack reads a list that pack has written; an empty or missing one is nil.
func unpack[T any](r *reader, name string) []T {
	plain, err := unpackText(r.item[name])
	if err != nil {
		r.fail(name, err)
		return nil
	}
	if plain == "" || plain == "[]" {
		return nil
	}
	var list []T
	if err := json.Unmarshal([]byte(plain), &list); err != nil {
		r.fail(name, fmt.Errorf("read a list from JSON: %w", err))
	}
	return list
}
