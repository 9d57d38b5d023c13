package sshx_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

func newECDSA(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

// roundTrips measures a question and its answer, of the size of a small call of
// the engine, and reports the median.
func roundTrips(b *testing.B, conn net.Conn) {
	defer conn.Close()
	question, answer := make([]byte, 300), make([]byte, 300)
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		if _, err := conn.Write(question); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(conn, answer); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "median-µs")
}

func BenchmarkRoundTrip(b *testing.B) {
	path := listen(b, echo)
	b.Run("socket", func(b *testing.B) {
		conn, err := net.Dial("unix", path)
		if err != nil {
			b.Fatal(err)
		}
		roundTrips(b, conn)
	})
	for name, c := range map[string]*sshx.Conn{"sshtest": dial(b, sshtest.New(b, sshtest.Options{}).Target(), sshx.Options{}), "OpenSSH": openSSH(b)} {
		if c == nil {
			continue
		}
		for _, w := range ways() {
			b.Run(name+" "+w.name, func(b *testing.B) {
				conn, err := w.dial(c, b.Context(), path)
				if err != nil {
					b.Fatal(err)
				}
				roundTrips(b, conn)
			})
		}
	}
}

// BenchmarkLogin is connecting, key exchange and authentication by a key.
func BenchmarkLogin(b *testing.B) {
	login := func(target sshx.Target) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				c, err := sshx.Dial(b.Context(), target, sshx.Options{})
				if err != nil {
					b.Fatal(err)
				}
				c.Close()
			}
		}
	}
	b.Run("sshtest", login(sshtest.New(b, sshtest.Options{}).Target()))
	if target, ok := openSSHTarget(b); ok {
		b.Run("OpenSSH", login(target))
	}
}

// BenchmarkUpload is a file of the size of the bioxen program.
func BenchmarkUpload(b *testing.B) {
	content := make([]byte, 20<<20)
	_, _ = rand.Read(content)
	digest := sum(content)
	for name, c := range map[string]*sshx.Conn{"sshtest": dial(b, sshtest.New(b, sshtest.Options{}).Target(), sshx.Options{}), "OpenSSH": openSSH(b)} {
		if c == nil {
			continue
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			dir := b.TempDir()
			for b.Loop() {
				if err := c.Upload(b.Context(), dir+"/f", bytes.NewReader(content), int64(len(content)), digest, 0o755); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
