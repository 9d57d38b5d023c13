package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReport(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		events string
		want   string
	}{
		{
			name: "pass and skip",
			events: `{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"=== RUN   TestB\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    a_test.go:9: no data here\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p"}
`,
			want: "ok  \tp\t0.1s\n\nskipped:\n  p TestB: a_test.go:9: no data here\n\n1 passed, 0 failed, 1 skipped\n",
		},
		{
			name: "all parts are skipped",
			events: `{"Action":"output","Package":"p","Test":"TestA/x","Output":"    a_test.go:9: no data here\n"}
{"Action":"skip","Package":"p","Test":"TestA/x"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"skip","Package":"p","Test":"TestB/x"}
{"Action":"pass","Package":"p","Test":"TestB/y"}
{"Action":"pass","Package":"p","Test":"TestB"}
{"Action":"skip","Package":"p","Test":"TestC/x/y"}
{"Action":"pass","Package":"p","Test":"TestC/x"}
{"Action":"pass","Package":"p","Test":"TestC"}
{"Action":"pass","Package":"p"}
`,
			want: "\nskipped:\n  p TestA/x: a_test.go:9: no data here\n  p TestB/x: no reason given\n  p TestC/x/y: no reason given\n\n2 passed, 0 failed, 3 skipped\n",
		},
		{
			name: "what takes long",
			events: `{"Action":"pass","Package":"p","Test":"TestA","Elapsed":9.9}
{"Action":"pass","Package":"p","Test":"TestB","Elapsed":11}
{"Action":"fail","Package":"p","Test":"TestC","Elapsed":12}
{"Action":"pass","Package":"q","Elapsed":31.25}
{"Action":"pass","Package":"r","Elapsed":131.25}
`,
			want: "\nlongest, in seconds of the clock:\n   131.2 r\n    31.2 q\n    12.0 p TestC\n    11.0 p TestB\n\n2 passed, 1 failed, 0 skipped\n",
		},
		{
			name: "fail",
			events: `{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: got 1, want 2\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- FAIL: TestA (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
`,
			want: "    a_test.go:3: got 1, want 2\n--- FAIL: TestA (0.00s)\nFAIL\tp\t0.1s\n\nfailed:\n  p\n\n0 passed, 1 failed, 0 skipped\n",
		},
		{
			name: "the order of a failure can be repeated",
			events: `{"Action":"output","Package":"p","Output":"-test.shuffle 17\n"}
{"Action":"output","Package":"q","Output":"-test.shuffle 18\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
{"Action":"output","Package":"q","Output":"ok  \tq\t0.1s\n"}
{"Action":"pass","Package":"q"}
`,
			want: "FAIL\tp\t0.1s\nto repeat the order of p: go test -shuffle=17\nok  \tq\t0.1s\n\nfailed:\n  p\n\n0 passed, 0 failed, 0 skipped\n",
		},
		{
			name: "the build fails",
			events: `{"ImportPath":"p","Action":"build-output","Output":"x.go:1: undefined: y\n"}
{"ImportPath":"p","Action":"build-fail"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p"}
`,
			want: "x.go:1: undefined: y\nFAIL\tp [build failed]\n\nfailed:\n  p\n\n0 passed, 0 failed, 0 skipped\n",
		},
		{
			name: "a panic loses nothing",
			events: `{"Action":"output","Package":"p","Test":"TestA","Output":"panic: oops\n"}
{"Action":"fail","Package":"p"}
not json
`,
			want: "panic: oops\nnot json\n\nfailed:\n  p\n\n0 passed, 0 failed, 0 skipped\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			rep := newReport(&b)
			if err := rep.read(strings.NewReader(tt.events)); err != nil {
				t.Fatal(err)
			}
			rep.finish()
			if diff := cmp.Diff(tt.want, b.String()); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"pass": 0, "fail": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			src := "package p\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {\n\tif " + `"` + name + `" == "fail"` + " {\n\t\tt.Fatal(\"as told\")\n\t}\n}\n"
			write(t, filepath.Join(dir, "go.mod"), "module p\n\ngo 1.26\n")
			write(t, filepath.Join(dir, "p_test.go"), src)
			var out, errs strings.Builder
			got, err := goTest{dir: dir, args: []string{"./..."}, stdout: &out, stderr: &errs}.run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("exit status = %d, want %d; output:\n%s%s", got, want, &out, &errs)
			}
			if told := strings.Contains(out.String(), "as told"); told != (name == "fail") {
				t.Errorf("output of a failed test shown: %v, want %v:\n%s", told, name == "fail", &out)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
