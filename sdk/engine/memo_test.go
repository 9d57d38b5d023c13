package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

func openMemo(t *testing.T) *memo {
	t.Helper()
	s, err := store.Open(t.Context(), "", store.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return newMemo(s, slog.New(slog.DiscardHandler))
}

func TestMemoSolvesOnce(t *testing.T) {
	t.Parallel()
	m := openMemo(t)
	var solves atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			got, err := m.Recall(t.Context(), "k", func() ([]byte, error) {
				solves.Add(1)
				return []byte("answer"), nil
			})
			if err != nil || string(got) != "answer" {
				t.Errorf("recall: got %q, %v; want the answer", got, err)
			}
		})
	}
	all.Wait()
	if n := solves.Load(); n != 1 {
		t.Errorf("16 who asked at once: got %d solves, want 1", n)
	}
}

// A solver that fails leaves the question to the next; one that waits for it
// may give up.
func TestMemoOfFailure(t *testing.T) {
	t.Parallel()
	m := openMemo(t)
	failure := errors.New("no answer")
	impatient, cancel := context.WithCancel(t.Context())
	_, err := m.Recall(t.Context(), "k", func() ([]byte, error) {
		cancel()
		_, err := m.Recall(impatient, "k", func() ([]byte, error) { return nil, errors.New("two solve at once") })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("who waits and gives up: got %v, want %v", err, context.Canceled)
		}
		return nil, failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("recall: got %v, want %v", err, failure)
	}
	got, err := m.Recall(t.Context(), "k", func() ([]byte, error) { return []byte("answer"), nil })
	if err != nil || string(got) != "answer" {
		t.Errorf("recall after a failure: got %q, %v; want the answer", got, err)
	}
}
