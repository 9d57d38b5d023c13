package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Reader reads files. The zero value is ready to use, and safe for concurrent
// use.
type Reader struct {
	// Transport carries downloads; one that trusts the system's authorities and
	// heeds HTTPS_PROXY when nil.
	Transport http.RoundTripper
}

const (
	// downloadTime bounds a download, in all.
	downloadTime = 10 * time.Minute
	// headerTime bounds how long a server may take to begin with its answer.
	headerTime   = 30 * time.Second
	maxRedirects = 10
)

var errRedirect = errors.New("the server leads to a place that is not https")

// download reads a file over HTTPS.
func (r Reader) download(ctx context.Context, from string) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, downloadTime, fmt.Errorf("the download took longer than %v", downloadTime))
	defer cancel()
	transport := r.Transport
	if transport == nil {
		t := &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: headerTime, ResponseHeaderTimeout: headerTime,
			DisableCompression: true, // the sum is of the file as it is
		}
		defer t.CloseIdleConnections()
		transport = t
	}
	client := http.Client{Transport: transport, CheckRedirect: stayOnHTTPS}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := client.Do(req)
	if err != nil {
		return nil, downloadError(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was only read
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s", resp.Status)
	}
	if resp.ContentLength > biovm.MaxSourceBytes {
		return nil, errTooLarge
	}
	content, err := readAll(resp.Body)
	if err != nil {
		return nil, downloadError(ctx, err)
	}
	return content, nil
}

// stayOnHTTPS follows redirects to https only.
func stayOnHTTPS(req *http.Request, via []*http.Request) error {
	if req.URL.Scheme != "https" {
		return errRedirect
	}
	if len(via) >= maxRedirects {
		return fmt.Errorf("the server led on more than %d times", maxRedirects)
	}
	return nil
}

// downloadError leaves out the URL, which the error names anyway, and says why
// the context ended.
func downloadError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
