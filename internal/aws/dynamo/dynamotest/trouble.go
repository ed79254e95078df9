package dynamotest

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// Trouble stands before a server and behaves as DynamoDB does under load, which servers for tests do not: a transaction
// holds its items for as long as it takes, and other writes to them are refused meanwhile; requests are throttled; batches
// are done in part; answers are lost. It knows tokens of transactions, as DynamoDB does for ten minutes.
//
// Chances are between 0 and 1. They may be changed between requests with Set.
type Trouble struct {
	next http.Handler

	mu        sync.Mutex
	chances   Chances
	random    *rand.Rand
	held      map[string]bool     // items of transactions under way
	tokens    map[string][32]byte // of transactions that were done: the hash of what they asked for
	happened  map[string]int
	underWay  map[string]bool // tokens
	operation func(operation string) bool
}

// Chances say what goes wrong how often.
type Chances struct {
	Latency     time.Duration // of each write; a transaction holds its items meanwhile
	Throttle    float64       // refuse a request, as too much is asked for
	Unprocessed float64       // leave a request of a batch undone
	LoseAnswer  float64       // do what is asked for and break the connection
	ServerError float64       // answer 500 without doing anything
}

// NewTrouble stands before a server. The seed decides on chances.
func NewTrouble(next http.Handler, seed uint64, chances Chances) *Trouble {
	return &Trouble{
		next: next, chances: chances, random: rand.New(rand.NewPCG(seed, seed)), //nolint:gosec // a test repeats it
		held: make(map[string]bool), tokens: make(map[string][32]byte), underWay: make(map[string]bool), happened: make(map[string]int),
	}
}

// Set changes the chances, for the operations that only says; nil for all.
func (t *Trouble) Set(chances Chances, only func(operation string) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.chances, t.operation = chances, only
}

// Happened says how often something went wrong, by DynamoDB's word for it.
func (t *Trouble) Happened() map[string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make(map[string]int, len(t.happened))
	for what, n := range t.happened {
		out[what] = n
	}
	return out
}

// Names under which Happened counts what is no error of DynamoDB's.
const (
	LostAnswer  = "LostAnswer"
	Unprocessed = "Unprocessed"
	KnownToken  = "KnownToken"
)

// does draws whether something happens, and counts it. The lock is held.
func (t *Trouble) does(chance float64, what string) bool {
	if chance <= 0 || t.random.Float64() >= chance {
		return false
	}
	t.happened[what]++
	return true
}

// ServeHTTP passes a request on, or not.
func (t *Trouble) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := readCall(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writes, err := c.writes()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	t.mu.Lock()
	chances := t.chances
	if t.operation != nil && !t.operation(c.operation) {
		chances = Chances{}
	}
	refusal, lose := t.judge(c, chances, writes)
	t.mu.Unlock()
	if refusal != nil {
		refusal(w)
		return
	}
	if len(writes) > 0 {
		time.Sleep(chances.Latency)
	}
	answer := httptest.NewRecorder()
	t.pass(answer, r, c, chances)
	t.mu.Lock()
	if c.operation == "TransactWriteItems" {
		for _, wr := range writes {
			delete(t.held, wr.target().key())
		}
		delete(t.underWay, c.ClientRequestToken)
		if answer.Code == http.StatusOK && c.ClientRequestToken != "" {
			t.tokens[c.ClientRequestToken] = c.hash()
		}
	}
	t.mu.Unlock()
	if lose {
		panic(http.ErrAbortHandler) // breaks the connection
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // a client that does not wait for it does not miss it
}

// judge decides what becomes of a request before it is passed on, and takes what it holds. The lock is held.
func (t *Trouble) judge(c call, chances Chances, writes []write) (refusal func(http.ResponseWriter), lose bool) {
	as := func(status int, code string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { refuse(w, status, code, nil) }
	}
	switch {
	case t.does(chances.ServerError, "InternalServerError"):
		return as(http.StatusInternalServerError, "InternalServerError"), false
	case t.does(chances.Throttle/2, "ProvisionedThroughputExceededException"):
		return as(http.StatusBadRequest, "ProvisionedThroughputExceededException"), false
	case t.does(chances.Throttle/2, "ThrottlingException"):
		return as(http.StatusBadRequest, "ThrottlingException"), false
	}
	if c.operation != "TransactWriteItems" {
		for _, wr := range writes {
			if c.operation != "BatchWriteItem" && t.held[wr.target().key()] {
				t.happened["TransactionConflictException"]++
				return as(http.StatusBadRequest, "TransactionConflictException"), false
			}
		}
		return nil, t.does(chances.LoseAnswer, LostAnswer)
	}
	if token := c.ClientRequestToken; token != "" {
		switch hash, known := t.tokens[token]; {
		case known && hash == c.hash():
			t.happened[KnownToken]++
			return func(w http.ResponseWriter) { reply(w, http.StatusOK, struct{}{}) }, false
		case known:
			return as(http.StatusBadRequest, "IdempotentParameterMismatchException"), false
		case t.underWay[token]:
			return as(http.StatusBadRequest, "TransactionInProgressException"), false
		}
	}
	reasons, conflict := make([]map[string]string, len(writes)), false
	for n, wr := range writes {
		reasons[n] = map[string]string{"Code": "None"}
		if t.held[wr.target().key()] {
			conflict = true
			reasons[n] = map[string]string{"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
		}
	}
	if conflict {
		t.happened["TransactionConflict"]++
		return func(w http.ResponseWriter) {
			refuse(w, http.StatusBadRequest, "TransactionCanceledException", map[string]any{"CancellationReasons": reasons})
		}, false
	}
	for _, wr := range writes {
		t.held[wr.target().key()] = true
	}
	t.underWay[c.ClientRequestToken] = true
	return nil, t.does(chances.LoseAnswer, LostAnswer)
}

// pass lets the server do what is asked for, of a batch perhaps only a part.
func (t *Trouble) pass(w *httptest.ResponseRecorder, r *http.Request, c call, chances Chances) {
	field := map[string]string{"BatchWriteItem": "UnprocessedItems", "BatchGetItem": "UnprocessedKeys"}[c.operation]
	if field == "" || chances.Unprocessed == 0 {
		t.next.ServeHTTP(w, r)
		return
	}
	var all struct{ RequestItems map[string]json.RawMessage }
	if err := json.Unmarshal(c.body, &all); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	left := make(map[string]any)
	for table, raw := range all.RequestItems {
		now, later, err := t.split(c.operation, raw, chances.Unprocessed)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if later != nil {
			left[table] = later
		}
		all.RequestItems[table] = now
	}
	answer := make(map[string]any)
	for _, raw := range all.RequestItems {
		if raw == nil { // nothing is done at all
			reply(w, http.StatusOK, map[string]any{field: left})
			return
		}
	}
	if err := ask(r.Context(), t.next, c.operation, all, &answer); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer[field] = left
	reply(w, http.StatusOK, answer)
}

// split draws which requests of a batch are done; now is nil when none is, and later is nil when all are.
func (t *Trouble) split(operation string, raw json.RawMessage, chance float64) (now json.RawMessage, later any, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	draw := func(list []json.RawMessage) (now, later []json.RawMessage) {
		for _, one := range list {
			if t.does(chance, Unprocessed) {
				later = append(later, one)
			} else {
				now = append(now, one)
			}
		}
		return now, later
	}
	if operation == "BatchWriteItem" {
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, nil, err
		}
		done, left := draw(list)
		if len(left) > 0 {
			later = left
		}
		if len(done) == 0 {
			return nil, later, nil
		}
		now, err = json.Marshal(done)
		return now, later, err
	}
	var keys struct {
		Keys           []json.RawMessage
		ConsistentRead bool
	}
	if err := json.Unmarshal(raw, &keys); err != nil {
		return nil, nil, err
	}
	done, left := draw(keys.Keys)
	if len(left) > 0 {
		later = map[string]any{"Keys": left, "ConsistentRead": keys.ConsistentRead}
	}
	if len(done) == 0 {
		return nil, later, nil
	}
	keys.Keys = done
	now, err = json.Marshal(keys)
	return bytes.TrimSpace(now), later, err
}
