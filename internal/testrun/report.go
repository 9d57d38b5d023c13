package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// An event is one line of "go test -json"; see "go doc test2json".
type event struct {
	Action     string
	Package    string
	ImportPath string // of build-output and build-fail
	Test       string
	Output     string
	Elapsed    float64 // seconds, of what ended
}

// A key names a test, or a whole package if test is empty.
type key struct{ pkg, test string }

// A skip is a test that did not run, and why.
type skip struct {
	key

	reason string
}

// A took is how long a test or a package took.
type took struct {
	key

	seconds float64
}

// A report turns the events of go test into text. It is not safe for
// concurrent use.
type report struct {
	w       io.Writer
	pending map[key]*strings.Builder // output of tests that have not ended
	seeds   map[string]string        // of -shuffle, by package
	skips   []skip
	ran     map[key]bool // of tests with parts: whether one of them was not skipped
	times   []took       // of what took long
	bad     []string     // packages that failed, also to build
	passed  int
	failed  int
}

func newReport(w io.Writer) *report {
	return &report{w: w, pending: make(map[key]*strings.Builder), seeds: make(map[string]string), ran: make(map[key]bool)}
}

// read takes events from r until it ends. A line that is no event is printed
// as it is.
func (rep *report) read(r io.Reader) error {
	br := bufio.NewReader(r)
	for {
		line, err := br.ReadString('\n')
		if line != "" {
			var ev event
			if json.Unmarshal([]byte(line), &ev) == nil && ev.Action != "" {
				rep.take(ev)
			} else {
				rep.print(line)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the output of go test: %w", err)
		}
	}
}

func (rep *report) take(ev event) {
	k := key{ev.Package, ev.Test}
	rep.note(k, ev)
	switch ev.Action {
	case "build-output":
		rep.print(ev.Output)
	case "output":
		if ev.Test == "" {
			rep.packageLine(ev.Package, ev.Output)
			return
		}
		if rep.pending[k] == nil {
			rep.pending[k] = new(strings.Builder)
		}
		rep.pending[k].WriteString(ev.Output)
	case "fail":
		if ev.Test != "" {
			rep.failed++
			rep.print(rep.text(k))
			delete(rep.pending, k)
			return
		}
		// What tests of this package had said when it ended: the test that
		// panicked or ran into the timeout is among them.
		for other := range rep.pending {
			if other.pkg == k.pkg {
				rep.print(rep.text(other))
				delete(rep.pending, other)
			}
		}
		rep.bad = append(rep.bad, ev.Package)
		if seed := rep.seeds[k.pkg]; seed != "" {
			rep.print("to repeat the order of " + k.pkg + ": " + strings.Replace(seed, "-test.shuffle ", "go test -shuffle=", 1))
		}
	case "pass":
		// A test of which all parts were skipped has shown nothing.
		if ran, parts := rep.ran[k]; ev.Test != "" && (ran || !parts) {
			rep.passed++
		}
		delete(rep.pending, k)
	case "skip":
		if ev.Test != "" {
			rep.skips = append(rep.skips, skip{k, rep.reason(k)})
		}
		delete(rep.pending, k)
	}
}

// note keeps what a test that ended says of the one that it is a part of, and how
// long it took.
func (rep *report) note(k key, ev event) {
	switch ev.Action {
	case "pass", "fail", "skip":
	default:
		return
	}
	if i := strings.LastIndexByte(k.test, '/'); i >= 0 {
		whole := key{k.pkg, k.test[:i]}
		ran, parts := rep.ran[k]
		rep.ran[whole] = rep.ran[whole] || ev.Action != "skip" && (ran || !parts)
	}
	if ev.Elapsed >= long {
		rep.times = append(rep.times, took{k, ev.Elapsed})
	}
}

// packageLine prints a line that belongs to a package rather than to a test,
// unless it says no more than the line that follows it. The seed of a shuffle
// waits until it is needed.
func (rep *report) packageLine(pkg, s string) {
	switch {
	case strings.HasPrefix(s, "-test.shuffle "):
		rep.seeds[pkg] = s
		return
	case s == "PASS\n", s == "FAIL\n",
		s == "testing: warning: no tests to run\n",
		strings.Contains(s, "[no test files]"),
		strings.HasPrefix(s, "coverage: "),
		strings.HasPrefix(s, "\t") && strings.HasSuffix(s, "coverage: 0.0% of statements\n"):
		return
	}
	rep.print(s)
}

// text is what a test said, without the marks of its progress.
func (rep *report) text(k key) string {
	b := rep.pending[k]
	if b == nil {
		return ""
	}
	var out strings.Builder
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, "=== ") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// reason is what a skipped test gave as its reason, on one line.
func (rep *report) reason(k key) string {
	var words []string
	for line := range strings.Lines(rep.text(k)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "--- SKIP") {
			continue
		}
		words = append(words, line)
	}
	if len(words) == 0 {
		return "no reason given"
	}
	return strings.Join(words, " ")
}

const (
	long = 10.0 // seconds from which on a test, or a package, may be listed
	most = 10   // of each, how many are
)

// longest prints what took long: first packages, then tests, some of each.
func (rep *report) longest() {
	slices.SortStableFunc(rep.times, func(a, b took) int {
		if whole := (a.test == "") == (b.test == ""); !whole {
			return strings.Compare(a.test, b.test)
		}
		return cmp.Compare(b.seconds, a.seconds)
	})
	packages := 0
	for packages < len(rep.times) && rep.times[packages].test == "" {
		packages++
	}
	for i, t := range rep.times {
		if i == 0 {
			rep.print("\nlongest, in seconds of the clock:\n")
		}
		if i < min(packages, most) || i >= packages && i < packages+most {
			rep.print(strings.TrimSuffix(fmt.Sprintf("  %6.1f %s %s", t.seconds, t.pkg, t.test), " ") + "\n")
		}
	}
}

// finish prints the summary.
func (rep *report) finish() {
	rep.longest()
	if len(rep.skips) > 0 {
		rep.print("\nskipped:\n")
		for _, s := range rep.skips {
			rep.print(fmt.Sprintf("  %s %s: %s\n", s.pkg, s.test, s.reason))
		}
	}
	if len(rep.bad) > 0 {
		rep.print("\nfailed:\n")
		for _, pkg := range rep.bad {
			rep.print("  " + pkg + "\n")
		}
	}
	rep.print(fmt.Sprintf("\n%d passed, %d failed, %d skipped\n", rep.passed, rep.failed, len(rep.skips)))
}

func (rep *report) print(s string) {
	_, _ = io.WriteString(rep.w, s)
}
