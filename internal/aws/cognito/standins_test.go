package cognito_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"pam/internal/aws/awstest"
	"pam/internal/aws/cognito"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

func TestDirectoryStandIns(t *testing.T) {
	awstest.Each(t, awstest.Cognito, func(t *testing.T, cfg aws.Config) {
		for name, by := range map[string][]types.UsernameAttributeType{
			"people with names": nil, "people with addresses": {types.UsernameAttributeTypeEmail},
		} {
			t.Run(name, func(t *testing.T) {
				client := cognitoidentityprovider.NewFromConfig(cfg)
				created, err := client.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String(awstest.Unique("pam-test-")), UsernameAttributes: by})
				if err != nil {
					t.Fatalf("create a pool: %v", err)
				}
				id := created.UserPool.Id
				t.Cleanup(func() {
					if _, err := client.DeleteUserPool(context.WithoutCancel(t.Context()), &cognitoidentityprovider.DeleteUserPoolInput{UserPoolId: id}); err != nil {
						t.Errorf("delete a pool: %v", err)
					}
				})
				directory := cognito.New(cfg, aws.ToString(id))
				photostest.Directory(t, directory, create(t, client, id, "dan@example.org", by != nil, "true"), "dan@example.org")
				unverified := create(t, client, id, "eve@example.org", by != nil, "false")
				if address, err := directory.VerifiedEmail(t.Context(), unverified); photos.CodeOf(err) != photos.NotFound {
					t.Errorf("an address that nobody has verified: %q, %v", address, err)
				}
			})
		}
	})
}

// create makes a user, to whom no mail is sent, and gives the sub.
func create(t *testing.T, client *cognitoidentityprovider.Client, pool *string, address string, byAddress bool, verified string) photos.Owner {
	t.Helper()
	name := address
	if !byAddress {
		name = awstest.Unique("user-")
	}
	out, err := client.AdminCreateUser(t.Context(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: pool, Username: aws.String(name), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{
			{Name: aws.String("email"), Value: aws.String(address)}, {Name: aws.String("email_verified"), Value: aws.String(verified)},
		},
	})
	if err != nil {
		t.Fatalf("create a user: %v", err)
	}
	for _, a := range out.User.Attributes {
		if aws.ToString(a.Name) == "sub" {
			return photos.Owner(aws.ToString(a.Value))
		}
	}
	t.Fatal("the user has no sub")
	return ""
}
