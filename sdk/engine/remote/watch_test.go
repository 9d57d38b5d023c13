package remote_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// events reads a stream to its end, and returns its events as kind=data.
func events(r io.Reader) ([]string, error) {
	var all []string
	err := remote.ReadEvents(r, func(kind string, data []byte) error {
		all = append(all, fmt.Sprintf("%s=%s", kind, data))
		return nil
	})
	return all, err
}

func TestReadEvents(t *testing.T) {
	t.Parallel()
	for stream, want := range map[string][]string{
		"":                        nil,
		": hello\n\n: beat\n\n":   nil,
		"data: 1\n\n":             {"=1"},
		"id: 7\nevent: e\ndata:1": nil, // broke off
		"event: e\ndata: 1\n":     nil,
		"event: e\r\ndata: 1\r\n\r\nretry: 5\ndata:  2\n\n": {"e=1", "= 2"},
		"data: a\ndata: b\n\ndata\n\n":                      {"=a\nb", "="},
		"event: lonely\n\ndata: x\n\n":                      {"=x"},
	} {
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(stream), "in bytes": iotest.OneByteReader(strings.NewReader(stream))} {
			got, err := events(r)
			if !slices.Equal(got, want) || !errors.Is(err, remote.ErrBroken()) {
				t.Errorf("%q %s: %q, %v; want %q and the stream broken", stream, name, got, err, want)
			}
		}
	}
	if _, err := events(io.MultiReader(strings.NewReader("data: "), &endlessReader{})); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("an event without an end gives %v", err)
	}
	enough := errors.New("enough")
	if err := remote.ReadEvents(strings.NewReader("data: 1\n\n"), func(string, []byte) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("who had enough gets %v", err)
	}
}

// endlessReader never ends its line.
type endlessReader struct{}

// Read implements [io.Reader].
func (*endlessReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// FuzzReadEvents holds that a stream is read the same however it is cut, and ends
// with an error.
func FuzzReadEvents(f *testing.F) {
	f.Add([]byte(": bioxen\n\nid: 1\nevent: created\ndata: {\"seq\":1}\n\n"))
	f.Add([]byte("data\r\ndata:\n\n\n\nevent:x\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, err := events(bytes.NewReader(b))
		if err == nil {
			t.Error("a stream ends without an error")
		}
		if cut, _ := events(iotest.OneByteReader(bytes.NewReader(b))); !slices.Equal(whole, cut) {
			t.Errorf("%q: %q, and byte by byte %q", b, whole, cut)
		}
	})
}
