// Command ratio runs what we compute beside programs of others that compute the
// same, and prints how long each took (make bench, make ratios):
//
//	ratio<TAB>NAME<TAB>OURS<TAB>PEER<TAB>OURS/PEER
//
// in seconds of processor time, of one thread each. Ours and the peer's take
// turns, and the best of some rounds counts. Both must come to the same answer;
// that they do not is an error, and no figure says how fast somebody has to be.
// Where it says how much was done, a line follows with how much each does in a
// second, and of stochastic simulation, of which the seconds are those of a million
// reactions, others with what was once measured of programs that are not here:
//
//	rate<TAB>NAME<TAB>OURS<TAB>PEER<TAB>UNIT
//	published<TAB>NAME<TAB>RATE<TAB>UNIT<TAB>SOURCE
//
// What two workers do has the seconds of the clock, of one worker and of two, and
// how many times as fast two are:
//
//	scaling<TAB>NAME<TAB>ONE<TAB>TWO<TAB>ONE/TWO
//
// What there is nobody to compare with is told too:
//
//	absent<TAB>NAME<TAB>WHY
//
// A subject has a file of its own, and its line in subjects.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "ratio:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("ratio", flag.ContinueOnError)
	b := bench{stdout: os.Stdout}
	flags.IntVar(&b.rounds, "rounds", 3, "let each take this many `turns`, of which the best counts")
	models := flags.String("models", "", "the `folder` with iML1515.json and iJO1366.xml.gz; without it there is the embedded iML1515")
	genome := flags.String("genome", "", "the GenBank `file` of JCVI-syn3A's genome")
	only := flags.String("only", "", "run those whose names begin with `PREFIX` alone")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if b.rounds < 1 {
		return fmt.Errorf("-rounds %d: must be 1 or more", b.rounds)
	}
	runtime.GOMAXPROCS(1) // the collector of garbage has no thread of its own either
	all, err := subjects(ctx, *models, *genome)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(b.stdout, "# seconds of processor time, one thread each, best of %d turns each; %s, %s/%s\n", b.rounds, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, s := range all {
		if about := s.about(); about != "" {
			_, failed := fmt.Fprintf(b.stdout, "# %s\n", about)
			err = errors.Join(err, failed)
		}
		for _, l := range s.lines() {
			if strings.HasPrefix(l.title(), *only) {
				err = errors.Join(err, l.print(ctx, &b))
			}
		}
		err = errors.Join(err, s.close())
	}
	return err
}

// A subject is what has lines, and an end.
type subject interface {
	about() string // versions of the peers; may be empty
	lines() []line
	close() error
}

// subjects are all there are, in the order of their lines.
func subjects(ctx context.Context, models, genome string) ([]subject, error) {
	var all []subject
	for _, open := range []func() (subject, error){
		func() (subject, error) { return newFlux(ctx, models) },
		func() (subject, error) { return newGenomes(ctx, genome) },
		func() (subject, error) { return newChance(ctx) },
	} {
		s, err := open()
		if err != nil {
			for _, opened := range all {
				err = errors.Join(err, opened.close())
			}
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}
