package fasta_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
)

const two = ">one the first  of two\nACGTacgt\nNNN\n\n; an old comment\nAC GT\n>two\n"

func read(tb testing.TB, text string) []*fasta.Record {
	tb.Helper()
	records, err := fasta.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return records
}

// TestRead holds what is read, however lines end and whether it is packed.
func TestRead(t *testing.T) {
	t.Parallel()
	want := []*fasta.Record{
		{ID: "one", Description: "the first  of two", Sequence: []byte("ACGTacgtNNNACGT"), Line: 1},
		{ID: "two", Line: 7},
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := io.WriteString(z, two); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"as it is": two, "CR and LF": strings.ReplaceAll(two, "\n", "\r\n"), "no last line end": strings.TrimSuffix(two, "\n"), "packed": packed.String(),
	} {
		if diff := cmp.Diff(want, read(t, text)); diff != "" {
			t.Errorf("%s (-want, +got):\n%s", name, diff)
		}
	}
	if all := read(t, ""); len(all) != 0 {
		t.Errorf("got %d records of nothing", len(all))
	}
}

// TestOneLine holds that a chromosome on one line, longer than any window, is
// read whole or in pieces, and that Windows' line ends may be cut anywhere.
func TestOneLine(t *testing.T) {
	t.Parallel()
	for _, n := range []int{65534, 65535, 65536, 9 << 20} {
		seq := strings.Repeat("A", n)
		text := ">big\n" + seq + "\r\n>next\r\nC\r\n"
		all := read(t, text)
		if len(all) != 2 || string(all[0].Sequence) != seq || string(all[1].Sequence) != "C" {
			t.Errorf("%d letters: got %d records, the first with %d", n, len(all), len(all[0].Sequence))
		}
		r := fasta.NewReader(strings.NewReader(text))
		r.MaxRecord = 1 << 10
		sum := map[string]int{}
		r.OnSequence = func(rec *fasta.Record, piece []byte) error {
			sum[rec.ID] += len(piece)
			return nil
		}
		if _, err := r.ReadAll(); err != nil || sum["big"] != n || sum["next"] != 1 {
			t.Errorf("%v: got %v in pieces, want %d", err, sum, n)
		}
	}
}

// TestRefused holds what is said of what is wrong, and where.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text     string
		alphabet fasta.Alphabet
		want     string
	}{
		{"ACGT\n", fasta.Any, "f.fa: record 1: line 1: not a FASTA file: want a line that begins with >"},
		{">a\nAC\n>\nAC\n", fasta.Any, "f.fa: record 2: line 3: the record has no name: want one after >"},
		{">a\nAC1\n", fasta.Any, "f.fa: record a: line 2: '1' is in the sequence: want any letters"},
		{">a\nACG\nACE\n", fasta.DNA, "f.fa: record a: line 3: 'E' is in the sequence: want DNA"},
		{">a\nACGU\n", fasta.DNA, "f.fa: record a: line 2: 'U' is in the sequence: want DNA"},
		{">a\nACGT\n", fasta.RNA, "f.fa: record a: line 2: 'T' is in the sequence: want RNA"},
		{">a\nMKV.\n", fasta.Protein, "f.fa: record a: line 2: '.' is in the sequence: want protein"},
		{">" + strings.Repeat("x", 9<<20) + "\nACGT\n", fasta.Any, "line 1: the line has more than 8388608 bytes"},
		{">a\n" + strings.Repeat("ACGT\n", 1<<20), fasta.Any, "it takes more than 1048576 bytes"},
		{"\x1f\x8bnonsense", fasta.Any, "unpacking: "},
	} {
		r := fasta.NewReader(strings.NewReader(tt.text))
		r.Name, r.Alphabet, r.MaxRecord = "f.fa", tt.alphabet, 1<<20
		_, err := r.ReadAll()
		if at, ok := errors.AsType[*genome.LineError](err); !ok || at.File != "f.fa" || !strings.Contains(fmt.Sprint(err), tt.want) {
			t.Errorf("got %v, want %v", err, tt.want)
		}
	}
}

// TestWrite holds the widths of lines, and what cannot be written.
func TestWrite(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]string{
		0: ">a b\n" + strings.Repeat("A", 60) + "\nAA\n>c\n", 31: ">a b\n" + strings.Repeat("A", 31) + "\n" + strings.Repeat("A", 31) + "\n>c\n",
		-1: ">a b\n" + strings.Repeat("A", 62) + "\n>c\n",
	} {
		var out bytes.Buffer
		w := fasta.NewWriter(&out)
		w.Width = width
		if err := w.WriteAll([]*fasta.Record{{ID: "a", Description: "b", Sequence: bytes.Repeat([]byte("A"), 62)}, {ID: "c"}}); err != nil || out.String() != want {
			t.Errorf("%v, width %d: got %q, want %q", err, width, out.String(), want)
		}
	}
	for _, rec := range []*fasta.Record{{}, {ID: "a b"}, {ID: "a", Description: "b\nc"}, {ID: "a", Sequence: []byte("A C")}} {
		if err := fasta.NewWriter(io.Discard).Write(rec); err == nil {
			t.Errorf("%+v is written", rec)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(two))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := fasta.NewReader(bytes.NewReader(text))
		r.MaxRecord = 1 << 20
		records, err := r.ReadAll()
		if err != nil {
			if _, ok := errors.AsType[*genome.LineError](err); !ok {
				t.Fatalf("%v is of no line", err)
			}
			return
		}
		var out bytes.Buffer
		if err := fasta.NewWriter(&out).WriteAll(records); err != nil {
			t.Fatal(err)
		}
		again, err := fasta.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, all := range [][]*fasta.Record{records, again} {
			for _, r := range all {
				r.Line = 0
				if len(r.Sequence) == 0 {
					r.Sequence = nil
				}
			}
		}
		if diff := cmp.Diff(records, again); diff != "" {
			t.Fatalf("(-read, +read again):\n%s", diff)
		}
	})
}
