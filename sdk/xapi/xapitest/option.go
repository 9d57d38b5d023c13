package xapitest

import "time"

// An Option changes how a pool behaves.
type Option func(*config)

type config struct {
	username, password string
	listen             string
	plain              bool
	epoch              time.Time
	taskSteps          int
	memory             int
	sessions           int
	journal            int
	busy               int64
	bareCancel         bool
	leftovers          bool
	guest              Guest
}

// The credentials of a pool that is not told others.
const (
	Username = "root"
	Password = "not a secret"
)

func defaults() config {
	const (
		remembered   = 512
		sessionLimit = 500
	)
	return config{
		username: Username, password: Password, listen: "127.0.0.1:0",
		epoch:     time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC),
		taskSteps: 1, memory: remembered, sessions: sessionLimit, guest: Agent{},
	}
}

// Credentials sets the one account that there is; [Username] and [Password]
// otherwise.
func Credentials(username, password string) Option {
	return func(c *config) { c.username, c.password = username, password }
}

// Listen sets the master's address; 127.0.0.1 and a free port otherwise. The
// other members take the addresses after it, on the same port.
func Listen(address string) Option { return func(c *config) { c.listen = address } }

// PlainHTTP turns TLS off.
func PlainHTTP() Option { return func(c *config) { c.plain = true } }

// Epoch sets when simulated time begins; 2026-01-02 03:04:05 UTC otherwise.
func Epoch(t time.Time) Option { return func(c *config) { c.epoch = t } }

// TaskSteps sets how many ticks the operations on VMs and disks take; 1
// otherwise. Each shows in the task's progress.
func TaskSteps(n int) Option { return func(c *config) { c.taskSteps = n } }

// DeletionMemory sets how many deletions of each class are remembered for
// event.from; 512 otherwise.
func DeletionMemory(n int) Option { return func(c *config) { c.memory = n } }

// SessionLimit sets how many sessions an originator may have before its oldest
// is evicted; 500 otherwise, no limit when 0.
func SessionLimit(n int) Option { return func(c *config) { c.sessions = n } }

// JournalLimit sets how many calls the journal holds at most before it forgets
// the older half; no limit otherwise.
func JournalLimit(n int) Option { return func(c *config) { c.journal = n } }

// BusyLimit sets how many ticks an operation waits for another one on the same
// VM before it fails with OTHER_OPERATION_IN_PROGRESS; for ever otherwise,
// which is what two hours amount to.
func BusyLimit(ticks int) Option { return func(c *config) { c.busy = int64(ticks) } }

// BareCancel leaves error_info empty in cancelled tasks.
func BareCancel() Option { return func(c *config) { c.bareCancel = true } }

// AllowLeftovers turns the check off that [NewServer] makes at the test's end.
func AllowLeftovers() Option { return func(c *config) { c.leftovers = true } }

// WithGuest sets what boots behind VMs whose template has no guest of its own;
// [Agent] otherwise.
func WithGuest(g Guest) Option { return func(c *config) { c.guest = g } }
