package photos

import (
	"errors"
	"fmt"
)

// Code says what kind of failure an Error is. The values are part of the API contract: the resolver layer passes them
// on as extensions.code.
type Code string

// The codes of the contract. Whatever has no code is Internal.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // nobody is signed in, or the token is not good
	Forbidden       Code = "FORBIDDEN"       // the caller is known but lacks a scope
	BadUserInput    Code = "BAD_USER_INPUT"  // a value breaks a rule; Error.Field names it
	NotFound        Code = "NOT_FOUND"       // no such thing of this owner
	Conflict        Code = "CONFLICT"        // the record is no longer in the state that the change needs
	LimitExceeded   Code = "LIMIT_EXCEEDED"  // more than PAM handles in one piece
	Internal        Code = "INTERNAL"        // our fault; the message says nothing of the inside
)

// Error is the one error type of the domain. Message is written for a person and safe to show to the caller; Err holds
// the cause for the log and is never shown.
type Error struct {
	Code    Code
	Field   string // path of the offending input, such as "input.size"; empty when no input is at fault
	Message string
	Err     error
}

// Error gives code, field and message, and the cause where there is one: it is the form for logs.
func (e *Error) Error() string {
	s := string(e.Code)
	if e.Field != "" {
		s += " " + e.Field
	}
	s += ": " + e.Message
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error without a field. The message is shown to callers: no internals in it.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// BadInput makes a BadUserInput error for the named field. Say the rule and the value's size, never a secret value.
func BadInput(field, format string, args ...any) *Error {
	return &Error{Code: BadUserInput, Field: field, Message: fmt.Sprintf(format, args...)}
}

// CodeOf gives the code of the first Error in err's chain, Internal for any other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// ErrBusy marks a failure that says nothing about the job itself: a store was contended or throttled. A queue that
// gets it back hands the job out again later without counting the attempt.
var ErrBusy = errors.New("busy")
