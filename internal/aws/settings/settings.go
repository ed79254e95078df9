package settings

import (
	"errors"
	"fmt"
)

// Settings are what the environment says. What the function does not read is zero.
type Settings struct {
	Table            string
	StorageBucket    string
	WorkingBucket    string
	DetectorQueueURL string
	ArchiverQueueURL string
	// MaxReceives is how often a message is received before SQS moves it to the dead-letter queue. The last time is not for
	// work, but for giving it up.
	MaxReceives   int
	Issuer        string
	ClientIDs     []string // of tokens that are accepted; the first is the pages' own
	UserPoolID    string
	Site          string // an origin
	LoginOrigins  []string
	LogoutURL     string
	AllowOrigins  []string
	StoreOrigin   string
	TopicPrefix   string // of ARNs
	ArchiveMemory int    // bytes; 0 where the environment does not say
}

// Read reads what a function needs. getenv is os.Getenv; an empty value is one that is missing. The error names every
// variable at fault and its rule, and never a value.
func Read(f Function, getenv func(string) string) (Settings, error) {
	variables := Variables(f)
	if len(variables) == 0 {
		return Settings{}, fmt.Errorf("settings: there is no function %q", f)
	}
	var s Settings
	var errs []error
	for _, v := range variables {
		value := getenv(v.Name)
		switch {
		case value == "" && v.Optional:
		case value == "":
			errs = append(errs, fmt.Errorf("settings: %s is missing: it must be %s", v.Name, v.Rule))
		default:
			if err := v.set(&s, value); err != nil {
				errs = append(errs, fmt.Errorf("settings: %s is malformed: it must be %s", v.Name, v.Rule))
			}
		}
	}
	if len(errs) > 0 {
		return Settings{}, errors.Join(errs...)
	}
	return s, nil
}
