package settings

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"pam/internal/photos"
)

// errRule says that a value breaks the rule of its variable, which the caller names.
var errRule = errors.New("breaks its rule")

// The checks below use no regular expressions: compiling them would be a part of every cold start.

// of says whether a text has between least and most bytes, all of them letters, digits or one of the others.
func of(text string, least, most int, upper bool, others string) bool {
	if len(text) < least || len(text) > most {
		return false
	}
	for _, c := range []byte(text) {
		letter := c >= 'a' && c <= 'z' || upper && c >= 'A' && c <= 'Z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}

// tableName checks the name of a table. Source: "Supported data types and naming rules" in the DynamoDB developer guide.
func tableName(field func(*Settings) *string) func(*Settings, string) error {
	return text(field, func(v string) bool { return of(v, 3, 255, true, "_.-") })
}

// bucketName checks the name of a bucket. Source: "General purpose bucket naming rules" in the S3 user guide.
func bucketName(field func(*Settings) *string) func(*Settings, string) error {
	return text(field, func(v string) bool { return of(v, 3, 63, false, ".-") })
}

func text(field func(*Settings) *string, good func(string) bool) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if !good(value) {
			return errRule
		}
		*field(s) = value
		return nil
	}
}

// address reads an absolute URL: https, or http on this computer, where stand-ins run.
func address(value string) (*url.URL, error) {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || strings.ContainsAny(value, " ;,'\"") {
		return nil, errRule
	}
	ip := net.ParseIP(u.Hostname())
	loopback := strings.EqualFold(u.Hostname(), "localhost") || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return nil, errRule
	}
	return u, nil
}

func anyURL(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if _, err := address(value); err != nil {
			return err
		}
		*field(s) = value
		return nil
	}
}

func checkOrigin(value string) error {
	u, err := address(value)
	if err != nil || u.Scheme+"://"+u.Host != value {
		return errRule
	}
	return nil
}

func origin(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if err := checkOrigin(value); err != nil {
			return err
		}
		*field(s) = value
		return nil
	}
}

func issuerURL(s *Settings, value string) error {
	if u, err := address(value); err != nil || u.RawQuery != "" || strings.HasSuffix(value, "/") {
		return errRule
	}
	s.Issuer = value
	return nil
}

// plainID checks an app client's id. Source: "CreateUserPoolClient" in the Cognito API reference; others are as plain.
func plainID(value string) error {
	if !of(value, 1, 128, true, "_+.-") {
		return errRule
	}
	return nil
}

// poolID checks a user pool's id: region, underscore, letters and digits. Source: "UserPoolType" in the Cognito API
// reference.
func poolID(s *Settings, value string) error {
	region, id, found := strings.Cut(value, "_")
	if !found || !of(region, 1, 40, true, "-") || !of(id, 1, 55, true, "") {
		return errRule
	}
	s.UserPoolID = value
	return nil
}

// topicPrefix checks how ARNs of topics begin. Source: "Actions, resources, and condition keys for Amazon SNS": an ARN is
// arn:PARTITION:sns:REGION:ACCOUNT:NAME.
func topicPrefix(s *Settings, value string) error {
	parts := strings.Split(value, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sns" || parts[3] == "" || !of(parts[4], 12, 12, false, "") ||
		!of(parts[5], 1, 224, true, "_-") {
		return errRule
	}
	s.TopicPrefix = value
	return nil
}

func wholeNumber(field func(*Settings) *int, least, most int) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < least || n > most {
			return errRule
		}
		*field(s) = n
		return nil
	}
}

func archiveMemory(s *Settings, value string) error {
	// A Lambda function has 10,240 MB at the most.
	return wholeNumber(func(s *Settings) *int { return &s.ArchiveMemory }, photos.MinArchiveMemory, 10<<30)(s, value)
}

// list reads values that commas separate, spaces around them allowed.
func list(field func(*Settings) *[]string, check func(string) error) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		var values []string
		for item := range strings.SplitSeq(value, ",") {
			item = strings.TrimSpace(item)
			if err := check(item); err != nil {
				return err
			}
			values = append(values, item)
		}
		*field(s) = values
		return nil
	}
}
