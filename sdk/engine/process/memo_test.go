package process_test

import (
	"context"
	"sync"
)

// memory is a memo; a nil one remembers nothing.
type memory struct {
	mu     sync.Mutex
	values map[string][]byte
	fail   error
}

func (m *memory) Load(_ context.Context, key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[key]
	return v, ok, m.fail
}

func (m *memory) Save(_ context.Context, key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string][]byte{}
	}
	m.values[key] = value
	return nil
}
