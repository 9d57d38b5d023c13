package xapitest

import (
	"errors"
	"slices"
	"strings"
)

// A Failure is an error of the API: a code and its parameters.
type Failure struct {
	Code   string
	Params []string
}

// Error names the code and its parameters.
func (f *Failure) Error() string {
	if len(f.Params) == 0 {
		return f.Code
	}
	return f.Code + " [" + strings.Join(f.Params, ", ") + "]"
}

func failure(code string, params ...string) *Failure {
	return &Failure{Code: code, Params: slices.Clone(params)}
}

// asFailure is the failure that an error is; INTERNAL_ERROR when it is none.
func asFailure(err error) *Failure {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return failure("INTERNAL_ERROR", err.Error())
}

func handleInvalid(class, ref string) *Failure { return failure("HANDLE_INVALID", class, ref) }
