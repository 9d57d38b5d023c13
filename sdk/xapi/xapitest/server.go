package xapitest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// A Server simulates a pool. Its methods are safe for concurrent use.
type Server struct {
	preset  Preset
	config  config
	methods []string // all names, sorted

	// mu guards what follows, down to the next mark.
	mu      sync.Mutex
	db      *database
	epoch   time.Time
	now     int64 // ticks since epoch
	seq     int64
	agenda  agenda
	ops     map[*operation]bool // all that are not done
	tasks   map[string]*operation
	waiting []waiter
	changed chan struct{} // closed and replaced when something changed
	pool    *object
	members []*member
	disks   map[string]*disk // contents, by VDI
	guests  map[string]Guest // by VM or template
	running map[string]*Machine
	domains int64 // started so far
	faults  []*InjectedFault
	journal []*Call

	listeners map[string]*listener // by session
	taskSteps int64

	// tell is the queue of what guests are to be told, in order.
	tell        []func()
	busyTelling bool
	tellLock    sync.Mutex // guards both
	telling     sync.Mutex // held by who tells them

	closing  chan struct{}
	stop     sync.Once
	serving  sync.WaitGroup // the listeners
	handling sync.RWMutex   // held for reading by each request
	baseline Inventory
}

// New makes a pool of a preset, not yet listening: [Server.Start] does that.
func New(preset Preset, options ...Option) (*Server, error) {
	cfg := defaults()
	for _, o := range options {
		o(&cfg)
	}
	s := &Server{
		preset: preset, config: cfg, methods: methodNames(),
		db: newDatabase(cfg.memory), epoch: cfg.epoch, taskSteps: int64(cfg.taskSteps),
		ops: map[*operation]bool{}, tasks: map[string]*operation{}, changed: make(chan struct{}),
		disks: map[string]*disk{}, guests: map[string]Guest{}, running: map[string]*Machine{}, listeners: map[string]*listener{},
		closing: make(chan struct{}),
	}
	if err := s.populate(); err != nil {
		return nil, fmt.Errorf("xapitest: %w", err)
	}
	s.baseline = s.Inventory()
	return s, nil
}

// NewServer makes a pool of a preset, starts it, and closes it when the test
// ends. It fails the test when something is left then that was not there
// before: a session, a task, a VM, a VBD or a VDI; [AllowLeftovers] lets them be.
func NewServer(t testing.TB, preset Preset, options ...Option) *Server {
	t.Helper()
	s, err := New(preset, options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		left := s.Leftovers()
		s.Close()
		if s.config.leftovers {
			return
		}
		for _, l := range left {
			t.Errorf("left behind at the end of the test: %s", l)
		}
	})
	return s
}

// Start makes the members listen.
func (s *Server) Start(ctx context.Context) error {
	select {
	case <-s.closing:
		return errors.New("xapitest: the server is closed")
	default:
	}
	return s.listen(ctx)
}

// Close stops the members and whatever goes on. A second Close does nothing.
func (s *Server) Close() {
	s.stop.Do(func() {
		close(s.closing)
		for _, m := range s.members {
			m.shut()
		}
		s.serving.Wait()
		s.handling.Lock()
		defer s.handling.Unlock()
		s.mu.Lock()
		for op := range s.ops {
			op.stop()
		}
		clear(s.ops)
		s.agenda, s.waiting = nil, nil
		for _, m := range s.running {
			s.powerLost(m)
		}
		clear(s.running)
		s.mu.Unlock()
		s.tellGuests()
	})
}

// Do carries out a call of the API from within, as an administrator would from
// elsewhere: what clients see of it is its effect. Time moves on as long as the
// call waits and something is due.
func (s *Server) Do(ctx context.Context, method string, params ...any) (any, error) {
	s.mu.Lock()
	defer s.unlock()
	m := methods()[method]
	if m == nil {
		return nil, failure("MESSAGE_METHOD_UNKNOWN", method)
	}
	a, err := m.check(wireForms(params))
	if err != nil {
		return nil, err
	}
	c := &call{s: s, ctx: ctx, method: m.name}
	result, err := c.carryOut(m, a)
	return plain(result), err
}
