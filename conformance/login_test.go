package conformance_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"golang.org/x/net/html"

	"pam/internal/aws/awstest"
)

const (
	callback = "http://127.0.0.1:1/callback" // nobody is there: the test reads where the browser would be sent
	address  = "dan@example.org"
	password = "Correct-Horse-1"
)

// pool is a user pool of cognito-local with one person.
type pool struct {
	*testing.T
	client *cognitoidentityprovider.Client
	base   string // where the login page is
	id     string
	sub    string
}

func newPool(t *testing.T, cfg aws.Config) *pool {
	t.Helper()
	p := &pool{T: t, client: cognitoidentityprovider.NewFromConfig(cfg), base: aws.ToString(cfg.BaseEndpoint)}
	created, err := p.client.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String(awstest.Unique("pam-test-"))})
	if err != nil {
		t.Fatalf("create a pool: %v", err)
	}
	p.id = aws.ToString(created.UserPool.Id)
	user, err := p.client.AdminCreateUser(t.Context(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: aws.String(p.id), Username: aws.String("dan"), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{
			{Name: aws.String("email"), Value: aws.String(address)}, {Name: aws.String("email_verified"), Value: aws.String("true")},
		},
	})
	if err != nil {
		t.Fatalf("create a user: %v", err)
	}
	for _, a := range user.User.Attributes {
		if aws.ToString(a.Name) == "sub" {
			p.sub = aws.ToString(a.Value)
		}
	}
	if _, err := p.client.AdminSetUserPassword(t.Context(), &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: aws.String(p.id), Username: aws.String("dan"), Password: aws.String(password), Permanent: true,
	}); err != nil {
		t.Fatalf("set a password: %v", err)
	}
	return p
}

// issuer is what the pool's tokens name as their issuer.
func (p *pool) issuer() string { return p.base + "/" + p.id }

// newClient makes a public client, as a browser is, and gives its id.
func (p *pool) newClient() string {
	p.Helper()
	out, err := p.client.CreateUserPoolClient(p.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{
		UserPoolId: aws.String(p.id), ClientName: aws.String("web"), CallbackURLs: []string{callback},
		AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthScopes: []string{"openid", "pam/labels.read"},
	})
	if err != nil {
		p.Fatalf("create a client: %v", err)
	}
	return aws.ToString(out.UserPoolClient.ClientId)
}

// tokens are what the token endpoint gives.
type tokens struct {
	Access string `json:"access_token"`
	ID     string `json:"id_token"`
	Error  string `json:"error"`
}

// signIn goes the way of a browser: the login page's form, the redirect with a code, the exchange with PKCE (RFC 7636).
func (p *pool) signIn(client string) tokens {
	p.Helper()
	verifier := rand.Text() + rand.Text()
	code := p.code(client, verifier)
	if got := p.exchange(client, code, rand.Text()+rand.Text()); got.Access != "" || got.Error != "invalid_grant" {
		p.Errorf("a code was exchanged without its verifier: %+v", got)
	}
	// A code is good for one try.
	code = p.code(client, verifier)
	got := p.exchange(client, code, verifier)
	if got.Access == "" || got.ID == "" {
		p.Fatalf("no tokens: %s", got.Error)
	}
	if again := p.exchange(client, code, verifier); again.Access != "" {
		p.Error("a code was exchanged twice")
	}
	return got
}

// code fills the login page's form in and takes the code out of the redirect.
func (p *pool) code(client, verifier string) string {
	p.Helper()
	challenge := sha256.Sum256([]byte(verifier))
	state := rand.Text()
	page := p.send(http.MethodGet, p.base+"/oauth2/authorize?"+url.Values{
		"client_id": {client}, "redirect_uri": {callback}, "response_type": {"code"}, "state": {state},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
		"scope": {"openid pam/labels.read"},
	}.Encode(), nil)
	defer page.Body.Close()
	target, fields := p.form(page)
	fields.Set("username", "dan")
	fields.Set("password", "wrong")
	if refused := p.send(http.MethodPost, p.base+target, fields); refused.StatusCode != http.StatusOK {
		p.Errorf("a wrong password gave status %d", refused.StatusCode)
	}
	fields.Set("password", password)
	answer := p.send(http.MethodPost, p.base+target, fields)
	location, err := answer.Location()
	if err != nil || !strings.HasPrefix(location.String(), callback+"?") || location.Query().Get("state") != state {
		p.Fatalf("status %d, redirect to %v, %v", answer.StatusCode, location, err)
	}
	return location.Query().Get("code")
}

// form gives where the page's form goes and what it has filled in.
func (p *pool) form(page *http.Response) (target string, fields url.Values) {
	p.Helper()
	root, err := html.Parse(page.Body)
	if err != nil || page.StatusCode != http.StatusOK {
		p.Fatalf("login page: status %d, %v", page.StatusCode, err)
	}
	fields = url.Values{}
	for n := range root.Descendants() {
		attribute := make(map[string]string)
		for _, a := range n.Attr {
			attribute[a.Key] = a.Val
		}
		switch {
		case n.Type == html.ElementNode && n.Data == "form":
			target = attribute["action"]
		case n.Type == html.ElementNode && n.Data == "input":
			fields.Set(attribute["name"], attribute["value"])
		}
	}
	if target == "" || !fields.Has("username") || !fields.Has("password") {
		p.Fatalf("the login page's form goes to %q with %v", target, fields)
	}
	return target, fields
}

func (p *pool) exchange(client, code, verifier string) tokens {
	p.Helper()
	answer := p.send(http.MethodPost, p.base+"/oauth2/token", url.Values{
		"grant_type": {"authorization_code"}, "client_id": {client}, "redirect_uri": {callback}, "code": {code}, "code_verifier": {verifier},
	})
	defer answer.Body.Close()
	var got tokens
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		p.Fatalf("token endpoint: %v", err)
	}
	return got
}

// send sends a form, or nothing, and follows no redirect.
func (p *pool) send(method, target string, form url.Values) *http.Response {
	p.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(p.Context(), method, target, body)
	if err != nil {
		p.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { response.Body.Close() })
	return response
}
