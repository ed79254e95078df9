package cognito

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"pam/internal/aws/awserror"
	"pam/internal/photos"
)

// Directory knows the people of one user pool. It is safe for concurrent use. Each call has a deadline of 10 seconds, also
// where its context allows more.
//
// The caller's role needs cognito-idp:AdminGetUser and cognito-idp:ListUsers on the pool. AdminGetUser counts its user as
// active in the month (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html),
// which who asks for notices already is by having signed in.
type Directory struct {
	client *cognitoidentityprovider.Client
	pool   string
	owner  *regexp.Regexp
}

var _ photos.Directory = (*Directory)(nil)

const callTimeout = 10 * time.Second

// New makes a Directory of the pool of that id, such as eu-central-1_a1B2c3D4e, in the region of cfg.
func New(cfg aws.Config, pool string) *Directory {
	return &Directory{
		client: cognitoidentityprovider.NewFromConfig(cfg), pool: pool,
		// Cognito's subjects are UUIDs. Whatever is longer or could end the quotes of a filter is nobody's.
		owner: regexp.MustCompile(`\A[A-Za-z0-9._@:-]{1,128}\z`),
	}
}

// VerifiedEmail implements photos.Directory.
//
// An owner is a sub. AdminGetUser takes a local user's sub in place of the name, and reads what is there now. It does not
// take the sub of someone who signed in by another provider, and where names can be chosen, a name may be the sub of
// somebody else: so the answer is held against the owner, and ListUsers, which is only eventually consistent, asked when
// it does not fit. Source: Username in
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html.
func (d *Directory) VerifiedEmail(ctx context.Context, owner photos.Owner) (string, error) {
	if !d.owner.MatchString(string(owner)) {
		return "", notFound()
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	attributes, err := d.byName(ctx, owner)
	if err == nil && valueOf(attributes, "sub") != string(owner) {
		attributes, err = d.bySub(ctx, owner)
	}
	if err != nil {
		return "", err
	}
	address := valueOf(attributes, "email")
	if address == "" || valueOf(attributes, "sub") != string(owner) || valueOf(attributes, "email_verified") != "true" {
		return "", notFound()
	}
	return address, nil
}

// byName gives the attributes of the user whom AdminGetUser finds; none when it finds nobody.
func (d *Directory) byName(ctx context.Context, owner photos.Owner) ([]types.AttributeType, error) {
	out, err := d.client.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{
		UserPoolId: aws.String(d.pool), Username: aws.String(string(owner)),
	})
	switch {
	case awserror.Code(err) == "UserNotFoundException":
		return nil, nil
	case err != nil:
		return nil, awserror.Wrap("cognito: get a user", err)
	case !out.Enabled:
		return nil, nil
	}
	return out.UserAttributes, nil
}

// bySub gives the attributes of the user with that sub; none when there is nobody.
func (d *Directory) bySub(ctx context.Context, owner photos.Owner) ([]types.AttributeType, error) {
	out, err := d.client.ListUsers(ctx, &cognitoidentityprovider.ListUsersInput{
		UserPoolId: aws.String(d.pool), Filter: aws.String(fmt.Sprintf(`sub = "%s"`, owner)), Limit: aws.Int32(1),
	})
	if err != nil {
		return nil, awserror.Wrap("cognito: list users", err)
	}
	for _, user := range out.Users {
		if user.Enabled && valueOf(user.Attributes, "sub") == string(owner) {
			return user.Attributes, nil
		}
	}
	return nil, nil
}

// valueOf gives the value of an attribute; "" where there is none.
func valueOf(attributes []types.AttributeType, name string) string {
	for _, a := range attributes {
		if aws.ToString(a.Name) == name {
			return aws.ToString(a.Value)
		}
	}
	return ""
}

func notFound() error {
	return photos.Errorf(photos.NotFound, "there is no verified e-mail address for you: verify it in your account first")
}
