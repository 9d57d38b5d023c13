package daemon

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// tokenPrefix tells a token from other secrets, for those who search for leaks.
const tokenPrefix = "bioxen_"

// NewToken makes a token, and its hash for a token file.
func NewToken() (token, hash string) {
	secret := make([]byte, 32) //nolint:mnd // 256 bits
	_, _ = rand.Read(secret)   // it never fails
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
	return token, HashToken(token)
}

// HashToken is what a token file holds of a token. Tokens are random, so that a
// plain hash is enough.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Tokens are the hashes of the tokens that a daemon knows.
type Tokens [][sha256.Size]byte

// ReadTokens reads a token file: a hash in each line, as "bioxen token" prints it,
// with anything after it; blank lines and those that begin with # are comments.
// The file must be its owner's alone.
func ReadTokens(path string) (Tokens, error) {
	f, err := source.OpenFile(path)
	if err != nil {
		return nil, fmt.Errorf("token file: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("token file: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("token file %s: %w: its mode is %04o, and others must not read or write it: chmod 600", path, fs.ErrPermission, info.Mode().Perm())
	}
	var tokens Tokens
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		hash, _, _ := strings.Cut(line, " ")
		sum, err := hex.DecodeString(strings.TrimPrefix(hash, "sha256:"))
		if err != nil || len(sum) != sha256.Size {
			return nil, fmt.Errorf("token file %s: line %d is no hash of a token: \"bioxen token\" makes both; the token itself does not belong here", path, n)
		}
		tokens = append(tokens, [sha256.Size]byte(sum))
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("token file %s: %w", path, err)
	}
	if len(tokens) == 0 {
		return nil, errors.New("token file " + path + " has no hash of a token: add what \"bioxen token\" prints")
	}
	return tokens, nil
}

// known compares with every token, so that the time says nothing.
func (t Tokens) known(token string) bool {
	sum := sha256.Sum256([]byte(token))
	found := 0
	for _, hash := range t {
		found |= subtle.ConstantTimeCompare(sum[:], hash[:])
	}
	return found == 1
}

// require lets those pass who have a token. The version is anybody's to ask.
func (d *Daemon) require(tokens Tokens, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if r.URL.Path == versionPath || bearer && tokens.known(token) {
			next.ServeHTTP(w, r)
			return
		}
		d.options.Logger.WarnContext(r.Context(), "a caller without a token that is known", slog.String("from", r.RemoteAddr), slog.String("path", routeOf(r)))
		// Nobody waits for what a stranger has yet to send.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(time.Second))
		w.Header().Set("Connection", "close")
		w.Header().Set("WWW-Authenticate", "Bearer")
		answer(w, remote.NewProblem(remote.ErrUnauthorized))
	})
}
