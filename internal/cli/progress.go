package cli

import (
	"fmt"
	"strings"
)

// A progress tells somebody who watches standard error how far a scan is, in
// one line that goes away at its end. It is told by one goroutine at a time.
type progress struct {
	app     *app
	what    string
	percent int
	shown   int // bytes of the line
}

func (a *app) progress(what string) *progress { return &progress{app: a, what: what, percent: -1} }

// tell shows the line when it says something new.
func (p *progress) tell(done, total int) {
	const whole = 100
	percent := whole * done / max(1, total)
	if !p.app.Watched || percent == p.percent {
		return
	}
	line := fmt.Sprintf("%s: %d %%", p.what, percent)
	p.percent, p.shown = percent, max(p.shown, len(line))
	_ = printRaw(p.app.Stderr, "\r"+line) // the answer is what matters
}

// end takes the line away.
func (p *progress) end() {
	if p.shown > 0 {
		_ = printRaw(p.app.Stderr, "\r"+strings.Repeat(" ", p.shown)+"\r")
	}
}
