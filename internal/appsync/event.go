package appsync

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MaxBatch is how many events one batch may hold. Source: maxBatchSize in "CreateResolver", AppSync API reference.
const MaxBatch = 2000

// event is what AppSync tells of one field. Numbers are json.Number, so that none is changed on its way.
type event struct {
	Arguments map[string]any `json:"arguments"`
	Source    map[string]any `json:"source"`
	Request   struct {
		Headers map[string]any `json:"headers"`
	} `json:"request"`
	Info struct {
		FieldName           string         `json:"fieldName"`
		ParentTypeName      string         `json:"parentTypeName"`
		Variables           map[string]any `json:"variables"`
		SelectionSetList    []string       `json:"selectionSetList"`
		SelectionSetGraphQL string         `json:"selectionSetGraphQL"`
	} `json:"info"`
}

// Is tells AppSync's events from others: one, or a list of them.
func Is(raw json.RawMessage) bool {
	type shape struct {
		Info struct {
			FieldName      string `json:"fieldName"`
			ParentTypeName string `json:"parentTypeName"`
		} `json:"info"`
	}
	one := func(s shape) bool { return s.Info.FieldName != "" && s.Info.ParentTypeName != "" }
	if isList(raw) {
		var all []shape
		return json.Unmarshal(raw, &all) == nil && len(all) > 0 && one(all[0])
	}
	var s shape
	return json.Unmarshal(raw, &s) == nil && one(s)
}

func isList(raw json.RawMessage) bool {
	return bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("["))
}

// parse reads an event, or a batch of them.
func parse(raw json.RawMessage) (all []event, batch bool, err error) {
	if isList(raw) {
		if err := decode(raw, &all); err != nil {
			return nil, true, err
		}
		if len(all) > MaxBatch {
			return nil, true, fmt.Errorf("appsync: a batch of %d events", len(all))
		}
		return all, true, nil
	}
	all = make([]event, 1)
	return all, false, decode(raw, &all[0])
}

func decode(raw json.RawMessage, value any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(value); err != nil {
		return fmt.Errorf("appsync: read the event: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("appsync: read the event: text after it")
	}
	return nil
}

// authorization gives the values of the header of that name, which clients may write in any case.
func (e event) authorization() []string {
	var values []string
	for name, value := range e.Request.Headers {
		if strings.EqualFold(name, "authorization") {
			text, _ := value.(string)
			values = append(values, text)
		}
	}
	return values
}
