package bioxen

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
)

// The environment variables that say where VMs are.
const (
	EnvDataDir  = "BIOXEN_DATA_DIR"
	EnvEndpoint = "BIOXEN_ENDPOINT"
	EnvToken    = "BIOXEN_TOKEN"   //nolint:gosec // the name of a variable
	EnvCACert   = "BIOXEN_CA_CERT" // a file, in PEM form
	EnvPins     = "BIOXEN_PINS"
)

// An EnvError says what is wrong with what the environment says of where VMs are.
type EnvError struct {
	// Variables are those that it is about.
	Variables []string
	Err       error
}

// Error names the variables.
func (e *EnvError) Error() string { return strings.Join(e.Variables, " and ") + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *EnvError) Unwrap() error { return e.Err }

// ErrTwoPlaces says that both a data directory and a daemon are said to have the VMs.
var ErrTwoPlaces = errors.New("both are set, and VMs are in one place")

// WithEnv returns options with what they leave out of where VMs are as the
// environment has it, as the command and the provider do: a data directory or a
// daemon where they say neither; and for a daemon, whoever says it, the token, and
// how to trust it where they say neither authorities nor fingerprints. What is
// wrong with the environment is an [EnvError].
func (o Options) WithEnv(getenv func(string) string) (Options, error) {
	if o.DataDir == "" && o.Endpoint == "" && !o.InMemory {
		o.DataDir, o.Endpoint = getenv(EnvDataDir), getenv(EnvEndpoint)
		if o.DataDir != "" && o.Endpoint != "" {
			return o, &EnvError{Variables: []string{EnvDataDir, EnvEndpoint}, Err: ErrTwoPlaces}
		}
	}
	if o.Endpoint == "" {
		return o, nil
	}
	if o.Token == "" {
		o.Token = getenv(EnvToken)
	}
	if len(o.CACertPEM) > 0 || len(o.Pins) > 0 {
		return o, nil
	}
	o.Pins = PinsFromEnv(getenv(EnvPins))
	if file := getenv(EnvCACert); file != "" {
		pem, err := source.ReadFile(file, maxCertificates)
		if err != nil {
			return o, &EnvError{Variables: []string{EnvCACert}, Err: err}
		}
		o.CACertPEM = pem
	}
	return o, nil
}

// maxCertificates bounds a file with certificates, in bytes: all that browsers trust
// take a quarter of that.
const maxCertificates = 1 << 20

// The environment variables that name a pool.
const (
	envHost     = "BIOXEN_XCPNG_HOST"
	envURL      = "BIOXEN_XCPNG_URL"
	envUsername = "BIOXEN_XCPNG_USERNAME"
	envPassword = "BIOXEN_XCPNG_PASSWORD" //nolint:gosec // the name of a variable
	envCA       = "BIOXEN_XCPNG_CA"
	envPins     = "BIOXEN_XCPNG_PINS"
)

// HostFromEnv reads a pool from environment variables, as the command and the
// provider do: BIOXEN_XCPNG_URL, _USERNAME, _PASSWORD, _CA (a file with
// certificates, or the certificates themselves), _PINS (fingerprints, with
// commas or spaces between them), and BIOXEN_XCPNG_HOST for its name, "default"
// when that is empty. ok is false when neither address nor user nor password is
// there.
func HostFromEnv(getenv func(string) string) (h biovm.XCPngHost, ok bool, err error) {
	h = biovm.XCPngHost{Name: getenv(envHost), URL: getenv(envURL), Username: getenv(envUsername), Password: getenv(envPassword)}
	if h.URL == "" && h.Username == "" && h.Password == "" {
		return biovm.XCPngHost{}, false, nil
	}
	if h.Name == "" {
		h.Name = "default"
	}
	if ca := getenv(envCA); strings.Contains(ca, "-----BEGIN ") {
		h.CACertPEM = ca
	} else if ca != "" {
		pem, err := source.ReadFile(ca, maxCertificates)
		if err != nil {
			return biovm.XCPngHost{}, false, fmt.Errorf("%s: %w", envCA, err)
		}
		h.CACertPEM = string(pem)
	}
	h.Pins = PinsFromEnv(getenv(envPins))
	return h, true, nil
}

// PinsFromEnv reads fingerprints as environment variables hold them, with
// commas, spaces or new lines between them.
func PinsFromEnv(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
}

// AgentFromEnv finds the program to put into guests, as the command and the
// provider do: BIOXEN_AGENT names the file, or a folder with one for each
// architecture; without it, it is a file bioxen beside the program at path
// executable. None is found where there is none.
func AgentFromEnv(getenv func(string) string, executable string) xcpng.Agent {
	if path := getenv("BIOXEN_AGENT"); path != "" {
		return xcpng.Agent{Path: path}
	}
	beside := filepath.Join(filepath.Dir(executable), "bioxen")
	if info, err := os.Stat(beside); err != nil || !info.Mode().IsRegular() {
		return xcpng.Agent{}
	}
	return xcpng.Agent{Path: beside}
}
