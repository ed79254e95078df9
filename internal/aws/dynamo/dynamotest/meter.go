package dynamotest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
)

// Units and the sizes that they are for. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html.
const (
	bytesPerRead  = 4 << 10 // a strongly consistent read; an eventually consistent one costs half
	bytesPerWrite = 1 << 10
	transactional = 2 // times as much
)

// Usage is what requests have cost.
type Usage struct {
	Requests   map[string]int // by operation
	ReadUnits  float64
	WriteUnits float64
}

// Meter stands before a server and computes from requests and items what DynamoDB would charge on demand for them. The
// table has no index, so there is nothing to be added for one. It looks at items before and after each write, so one
// request should be under way at a time.
type Meter struct {
	next http.Handler

	mu    sync.Mutex
	usage Usage
}

// NewMeter stands before a server.
func NewMeter(next http.Handler) *Meter { return &Meter{next: next} }

// Take gives what was used since it was last asked.
func (m *Meter) Take() Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := m.usage
	m.usage = Usage{}
	return taken
}

// ServeHTTP passes a request on and counts it. A request that is refused is charged as well, by the items as they are.
func (m *Meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := readCall(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writes, tables, err := c.targets()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	before, err := m.sizes(r.Context(), tables, writes)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	answer := httptest.NewRecorder()
	m.next.ServeHTTP(answer, r)
	after, err := m.sizes(r.Context(), tables, writes)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	read, err := c.readUnits(answer)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	m.mu.Lock()
	if m.usage.Requests == nil {
		m.usage.Requests = make(map[string]int)
	}
	m.usage.Requests[c.operation]++
	m.usage.ReadUnits += read
	for n := range writes {
		// The larger of the item as it was and as it is.
		units := float64(ceiling(max(before[n], after[n], 1), bytesPerWrite))
		if c.operation == "TransactWriteItems" {
			units *= transactional
		}
		m.usage.WriteUnits += units
	}
	m.mu.Unlock()
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // a client that does not wait for it does not miss it
}

// ceiling is how many pieces of a size it takes.
func ceiling(n, size int) int { return (n + size - 1) / size }

// targets gives the writes of a call, and of each the table.
func (c call) targets() (writes []write, tables []string, err error) {
	if writes, err = c.writes(); err != nil || len(writes) == 0 {
		return nil, nil, err
	}
	table := c.TableName
	if table == "" {
		var named struct {
			RequestItems  map[string]json.RawMessage
			TransactItems []map[string]struct{ TableName string }
		}
		if err := json.Unmarshal(c.body, &named); err != nil {
			return nil, nil, err
		}
		for name := range named.RequestItems {
			table = name
		}
		if len(named.TransactItems) > 0 {
			for _, w := range named.TransactItems[0] {
				table = w.TableName
			}
		}
		if len(named.RequestItems) > 1 {
			return nil, nil, fmt.Errorf("%s writes to %d tables", c.operation, len(named.RequestItems))
		}
	}
	tables = make([]string, len(writes))
	for n := range tables {
		tables[n] = table
	}
	return writes, tables, nil
}

// sizes gives the sizes of the items that are written, as they are now; 0 for those that are not there.
func (m *Meter) sizes(ctx context.Context, tables []string, writes []write) ([]int, error) {
	list := make([]int, len(writes))
	for n, w := range writes {
		var out struct{ Item attributes }
		err := ask(ctx, m.next, "GetItem", map[string]any{"TableName": tables[n], "Key": w.target(), "ConsistentRead": true}, &out)
		if err != nil {
			return nil, err
		}
		list[n] = out.Item.bytes()
	}
	return list, nil
}

// readUnits computes what a read costs: a query by the sum of what it has read, gets item by item. What finds nothing costs
// as much as the smallest item.
func (c call) readUnits(answer *httptest.ResponseRecorder) (float64, error) {
	if answer.Code != http.StatusOK {
		return 0, nil
	}
	var out struct {
		Item      attributes
		Items     []attributes
		Responses map[string][]attributes
	}
	var asked struct {
		RequestItems map[string]struct {
			Keys           []json.RawMessage
			ConsistentRead bool
		}
	}
	pieces, consistent := 0, c.ConsistentRead
	switch c.operation {
	case "GetItem", "Query", "Scan":
		if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
			return 0, err
		}
		n := out.Item.bytes()
		for _, i := range out.Items {
			n += i.bytes()
		}
		pieces = ceiling(max(n, 1), bytesPerRead)
	case "BatchGetItem":
		if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
			return 0, err
		}
		if err := json.Unmarshal(c.body, &asked); err != nil {
			return 0, err
		}
		for table, request := range asked.RequestItems {
			consistent = request.ConsistentRead
			pieces += len(request.Keys) - len(out.Responses[table])
			for _, i := range out.Responses[table] {
				pieces += ceiling(i.bytes(), bytesPerRead)
			}
		}
	}
	if consistent {
		return float64(pieces), nil
	}
	return float64(pieces) / 2, nil
}
