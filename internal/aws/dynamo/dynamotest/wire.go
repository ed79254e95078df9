package dynamotest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"pam/internal/aws/dynamo"
)

// value is an attribute as DynamoDB's JSON writes it, of the types that the catalog uses.
type value struct {
	S *string `json:",omitempty"`
	N *string `json:",omitempty"`
	B []byte  `json:",omitempty"`
}

// attributes are those of an item or a key.
type attributes map[string]value

// bytes is the size that DynamoDB counts.
func (a attributes) bytes() int {
	item := make(map[string]types.AttributeValue, len(a))
	for name, v := range a {
		switch {
		case v.S != nil:
			item[name] = &types.AttributeValueMemberS{Value: *v.S}
		case v.N != nil:
			item[name] = &types.AttributeValueMemberN{Value: *v.N}
		default:
			item[name] = &types.AttributeValueMemberB{Value: v.B}
		}
	}
	return dynamo.ItemBytes(item)
}

// key is that of an item, as one text.
func (a attributes) key() string {
	var pk, sk string
	if v := a[dynamo.PartitionKey].S; v != nil {
		pk = *v
	}
	if v := a[dynamo.SortKey].S; v != nil {
		sk = *v
	}
	return pk + "\x00" + sk
}

// onlyKey leaves the key.
func (a attributes) onlyKey() attributes {
	return attributes{dynamo.PartitionKey: a[dynamo.PartitionKey], dynamo.SortKey: a[dynamo.SortKey]}
}

// write is one write, of any kind.
type write struct {
	Item attributes `json:",omitempty"` // of a put
	Key  attributes `json:",omitempty"` // of an update or deletion
}

func (w write) target() attributes {
	if w.Item != nil {
		return w.Item.onlyKey()
	}
	return w.Key
}

// action is one write of a transaction.
type action struct {
	Put, Update, Delete, ConditionCheck *write
}

func (a action) write() write {
	for _, w := range []*write{a.Put, a.Update, a.Delete, a.ConditionCheck} {
		if w != nil {
			return *w
		}
	}
	return write{}
}

// batchWrite is one write of a batch, as it was sent.
type batchWrite struct {
	PutRequest    *write `json:",omitempty"`
	DeleteRequest *write `json:",omitempty"`
}

func (b batchWrite) write() write {
	if b.PutRequest != nil {
		return *b.PutRequest
	}
	return *b.DeleteRequest
}

// call is a request as far as it is understood here.
type call struct {
	operation string
	body      []byte

	TableName          string
	ClientRequestToken string
	ConsistentRead     bool
	TransactItems      []action
	write
}

// readCall reads a request, whose body can be read again then.
func readCall(r *http.Request) (call, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return call{}, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := call{body: body}
	_, c.operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return c, json.Unmarshal(body, &c)
}

// hash is that of what is asked for, in whichever order the attributes are written.
func (c call) hash() [32]byte {
	var asked any
	if err := json.Unmarshal(c.body, &asked); err != nil {
		return sha256.Sum256(c.body)
	}
	ordered, err := json.Marshal(asked) // maps are written in the order of their keys
	if err != nil {
		return sha256.Sum256(c.body)
	}
	return sha256.Sum256(ordered)
}

// writes are the single writes of a request.
func (c call) writes() ([]write, error) {
	switch c.operation {
	case "PutItem", "UpdateItem", "DeleteItem":
		return []write{c.write}, nil
	case "TransactWriteItems":
		list := make([]write, len(c.TransactItems))
		for n, a := range c.TransactItems {
			list[n] = a.write()
		}
		return list, nil
	case "BatchWriteItem":
		var batch struct{ RequestItems map[string][]batchWrite }
		if err := json.Unmarshal(c.body, &batch); err != nil {
			return nil, err
		}
		var list []write
		for _, writes := range batch.RequestItems {
			for _, w := range writes {
				list = append(list, w.write())
			}
		}
		return list, nil
	}
	return nil, nil
}

// refuse answers as DynamoDB does when it does not do what was asked. extra is added to the answer.
func refuse(w http.ResponseWriter, status int, code string, extra map[string]any) {
	answer := map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + code, "message": code + " of a test"}
	for name, v := range extra {
		answer[name] = v
	}
	reply(w, status, answer)
}

func reply(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // a client that does not wait for it does not miss it
}

// ask sends a request of our own to the server behind.
func ask(ctx context.Context, next http.Handler, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		return fmt.Errorf("%s: %d %s", operation, answer.Code, answer.Body)
	}
	return json.Unmarshal(answer.Body.Bytes(), out)
}
