// Package cognito looks people up in an Amazon Cognito user pool: it implements the port photos.Directory. Access tokens
// are not its business; package auth checks those.
package cognito
