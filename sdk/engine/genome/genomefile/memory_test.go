//go:build !race

package genomefile_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genbank"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/gff3"
)

// A repeat reads as a text that comes again and again.
type repeat struct {
	text  string
	times int
	at    int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.times == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.text[r.at:])
	if r.at += n; r.at == len(r.text) {
		r.at = 0
		r.times--
	}
	return n, nil
}

// A watch sees how much of the heap is taken at most.
type watch struct {
	calls int
	most  uint64
}

// look is called with each piece. It looks at one in many: that stops the world.
func (w *watch) look() {
	const every = 256
	if w.calls++; w.calls%every != 1 {
		return
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.most = max(w.most, m.HeapAlloc)
}

// streams are readers of the three formats that hold no record as a whole, each of
// about so many times a megabyte. They answer with how many letters or features
// there were.
func streams() map[string]func(megabytes int, w *watch) (int, error) {
	const mega = 1 << 20
	times := func(text string, megabytes int) *repeat {
		return &repeat{text: text, times: megabytes * mega / len(text)}
	}
	row := "        1 acgtacgtac acgtacgtac acgtacgtac acgtacgtac acgtacgtac acgtacgtac\n"
	feature := "     gene            join(1..5,7..9)\n                     /locus_tag=\"S_1\"\n                     /note=\"words that are not few, and ever the same\"\n"
	return map[string]func(megabytes int, w *watch) (int, error){
		"GenBank": func(megabytes int, w *watch) (int, error) {
			features, rows := times(feature, megabytes/2), times(row, megabytes/2)
			found, bases := features.times, 60*rows.times // that are still to come
			n := found + bases
			r := genbank.NewReader(io.MultiReader(
				strings.NewReader("LOCUS       BIG                 24000000 bp    DNA     linear   SYN 01-JAN-2020\nFEATURES             Location/Qualifiers\n"),
				features, strings.NewReader("ORIGIN\n"), rows, strings.NewReader("//\n")))
			r.MaxRecord = mega
			r.OnSequence = func(_ *genbank.Record, piece []byte) error { bases -= len(piece); w.look(); return nil }
			r.OnFeature = func(rec *genbank.Record, f *genome.Feature) error {
				if rec.Locus.Name != "BIG" || f.Get("locus_tag") != "S_1" || f.Location.Len() != 8 {
					return fmt.Errorf("got %s, %v", rec.Locus.Name, f)
				}
				found--
				w.look()
				return nil
			}
			rec, err := r.Read()
			if err == nil && (found != 0 || bases != 0 || len(rec.Sequence)+len(rec.Features) > 0) {
				err = fmt.Errorf("%d features and %d bases are missing, and the record holds %d and %d", found, bases, len(rec.Features), len(rec.Sequence))
			}
			return n, err
		},
		"FASTA": func(megabytes int, w *watch) (int, error) {
			// Half of it is a line for itself.
			r := fasta.NewReader(io.MultiReader(strings.NewReader(">big\n"), times("ACGTACGTAC\n", megabytes/2), times("ACGTACGTAC", megabytes/2)))
			n := 0
			r.OnSequence = func(_ *fasta.Record, piece []byte) error { n += len(piece); w.look(); return nil }
			_, err := r.Read()
			return n, err
		},
		"GFF3": func(megabytes int, w *watch) (int, error) {
			r := gff3.NewReader(io.MultiReader(strings.NewReader("##gff-version 3\n"),
				times("big\tx\tgene\t1\t9\t.\t+\t.\tlocus_tag=S_1;note=words that are not few%2C and ever the same\n", megabytes)))
			for n := 0; ; n++ {
				if _, err := r.Read(); errors.Is(err, io.EOF) {
					return n, nil
				} else if err != nil {
					return n, err
				}
				w.look()
			}
		},
	}
}

// TestMemory holds that a reader takes the same memory for a file eight times as
// large. It is no parallel test: the heap is everybody's.
func TestMemory(t *testing.T) { //nolint:paralleltest // see above
	// So much more may be taken: what the garbage collector has not come to yet, by
	// its pace no less than 4 MiB, and as much again.
	const slack, less, more = 8 << 20, 8, 64
	for name, read := range streams() {
		var most [2]uint64
		var n [2]int
		for i, megabytes := range []int{less, more} {
			runtime.GC()
			var w watch
			var err error
			if n[i], err = read(megabytes, &w); err != nil {
				t.Fatalf("%s of %d MiB: %v", name, megabytes, err)
			}
			most[i] = w.most
		}
		if n[1] < 7*n[0] {
			t.Errorf("%s: %d pieces of %d MiB, and %d of %d MiB", name, n[0], less, n[1], more)
		}
		t.Logf("%s: the heap has %d KiB at most with %d MiB, %d KiB with %d MiB", name, most[0]>>10, less, most[1]>>10, more)
		if most[1] > most[0]+slack {
			t.Errorf("%s of %d MiB takes %d bytes of the heap, of %d MiB %d", name, less, most[0], more, most[1])
		}
	}
}
