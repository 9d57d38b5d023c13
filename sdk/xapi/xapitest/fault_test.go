package xapitest_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func TestFaultByCall(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	f := s.Inject(xapitest.Fault{Method: "VM.get_all", Call: 2, Times: 2, Effect: xapitest.Fail("TOO_BUSY", "x")})
	var got []bool
	for range 4 {
		_, failed := w.call("VM.get_all")
		got = append(got, failed != nil)
		w.must("host.get_all") // another method
	}
	if diff := cmp.Diff([]bool{false, true, true, false}, got); diff != "" || f.Fired() != 2 {
		t.Errorf("fired %d times; which failed (-want +got):\n%s", f.Fired(), diff)
	}
	all := s.Inject(xapitest.Fault{Times: -1, Effect: xapitest.Fail("TOO_BUSY")})
	w.fails([]string{"TOO_BUSY"}, "pool.get_all")
	w.fails([]string{"TOO_BUSY"}, "Async.VM.clone", "x", "y")
	all.Release()
	w.must("pool.get_all")
}

// TestEffects does something to a call that makes a network, and asks whether
// it was made and how it was answered.
func TestEffects(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		effect xapitest.Effect
		made   bool
		answer string
	}{
		{"none", xapitest.Rewrite(func(r any) any { return r }), true, "result"},
		{"fail", xapitest.Fail("TOO_BUSY"), false, "TOO_BUSY"},
		{"drop before", xapitest.DropBefore(), false, "dropped"},
		{"drop after", xapitest.DropAfter(), true, "dropped"},
		{"server error", xapitest.ServerError(), false, "500 text/html"},
		{"lost session", xapitest.LoseSession(), false, "SESSION_INVALID"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := xapitest.NewServer(t, xapitest.SingleHost())
			w := dialWire(t, s)
			s.Inject(xapitest.Fault{Method: "network.create", Effect: tt.effect})
			body := `{"jsonrpc":"2.0","method":"network.create","params":["` + w.session + `",{"name_label":"n","name_description":"","MTU":"1500","other_config":{},"bridge":"","managed":true}],"id":1}`
			var got string
			resp, err := w.http.Post(w.url+"/jsonrpc", "application/json", strings.NewReader(body))
			if err != nil {
				got = "dropped"
			} else {
				raw, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				switch {
				case resp.StatusCode != http.StatusOK:
					got = resp.Status[:3] + " " + resp.Header.Get("Content-Type")
				case strings.Contains(string(raw), `"error"`):
					_, got, _ = strings.Cut(string(raw), `"message":"`)
					got, _, _ = strings.Cut(got, `"`)
				default:
					got = "result"
				}
			}
			if got != tt.answer {
				t.Errorf("got %q, want %q", got, tt.answer)
			}
			found, err := s.Do(t.Context(), "network.get_by_name_label", "n")
			if err != nil {
				t.Fatal(err)
			}
			if l, _ := found.([]any); (len(l) == 1) != tt.made {
				t.Errorf("there are %d of it, want it made: %v", len(l), tt.made)
			}
		})
	}
}

func TestHang(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		effect xapitest.Effect
		before bool // its effect has come before it is released
	}{{"before", xapitest.HangBefore(), false}, {"after", xapitest.HangAfter(), true}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := xapitest.NewServer(t, xapitest.SingleHost())
			w := dialWire(t, s)
			tags := func() int {
				tags, err := s.Do(t.Context(), "VM.get_tags", s.Inventory().VMs[0].Ref)
				if err != nil {
					t.Error(err)
				}
				l, _ := tags.([]any)
				return len(l)
			}
			f := s.Inject(xapitest.Fault{Method: "VM.add_tags", Effect: tt.effect})
			done := make(chan []string)
			go func() {
				_, failed := w.call("VM.add_tags", s.Inventory().VMs[0].Ref, "x")
				done <- failed
			}()
			<-f.Reached()
			if !tt.before && tags() != 0 {
				t.Error("it had its effect before it was released")
			}
			f.Release()
			if failed := <-done; failed != nil || tags() != 1 {
				t.Errorf("got error %v and %d tags, want one tag", failed, tags())
			}
		})
	}
}

// TestStallOfSynchronousCall leaves a call that has no answer.
func TestStallOfSynchronousCall(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	f := s.Inject(xapitest.Fault{Method: "VM.start", Effect: xapitest.Stall()})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		body := `{"jsonrpc":"2.0","method":"VM.start","params":["` + w.session + `","` + vm + `",false,false],"id":1}`
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/jsonrpc", strings.NewReader(body))
		if err == nil {
			var resp *http.Response
			if resp, err = w.http.Do(req); err == nil {
				err = resp.Body.Close()
			}
		}
		done <- err
	}()
	<-f.Reached()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want no answer", err)
	}
	if got := w.text("VM.get_power_state", vm); got != "Halted" {
		t.Errorf("got %s while it stalls", got)
	}
	f.Release() // nobody waits, it goes on all the same
	for token := ""; w.text("VM.get_power_state", vm) != "Running"; {
		token = w.from(token, 30, "vm/"+vm).token
	}
}

// TestRewrittenRecords spoils records in the ways that hosts do.
func TestRewrittenRecords(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	for _, tt := range []struct {
		name      string
		effect    xapitest.Effect
		has, lost string
	}{
		{"not a number", xapitest.SetField("HVM_shadow_multiplier", math.NaN()), `"HVM_shadow_multiplier":NaN`, ""},
		{"infinite", xapitest.SetField("HVM_shadow_multiplier", math.Inf(-1)), `"HVM_shadow_multiplier":-Infinity`, ""},
		{"a new enumeration value", xapitest.SetField("power_state", "Levitating"), `"power_state":"Levitating"`, `"Halted"`},
		{"a new field", xapitest.SetField("aura", "blue"), `"aura":"blue"`, ""},
		{"an old server", xapitest.DropField("domain_type"), `"uuid"`, `"domain_type"`},
		{"a large number", xapitest.SetField("memory_static_max", int64(math.MaxInt64)), `"memory_static_max":9223372036854775807`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := s.Inject(xapitest.Fault{Method: "VM.get_all_records", Effect: tt.effect})
			defer f.Release()
			text := w.post("/jsonrpc", `{"jsonrpc":"2.0","method":"VM.get_all_records","params":["`+w.session+`"],"id":1}`).text
			if !strings.Contains(text, tt.has) || tt.lost != "" && strings.Contains(text, tt.lost) {
				t.Errorf("want %s and no %s in %.300s", tt.has, tt.lost, text)
			}
		})
	}
	ref := w.template(xapitest.TemplateDebian)
	if err := s.Poke("VM", ref, "name_description", "ratio: NaN"); err != nil {
		t.Fatal(err)
	}
	if got := w.text("VM.get_name_description", ref); got != "ratio: NaN" {
		t.Errorf("got %q", got)
	}
	if err := s.Poke("VM", "none", "name_label", ""); err == nil {
		t.Error("no error for an object that is not there")
	}
}

// TestNotice hears of a call, and waits for what comes of it while time passes.
func TestNotice(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	arrived := false
	s.Inject(xapitest.Fault{Method: "Async.VM.start", Effect: xapitest.Notice(func() { arrived = true })})
	task := w.text("Async.VM.start", vm, false, false)
	running := make(chan error)
	go func() {
		running <- s.Until(t.Context(), func(i xapitest.Inventory) bool {
			a, _ := i.VM("a")
			return a.PowerState == "Running"
		})
	}()
	s.Pass(10)
	if err := <-running; err != nil || !arrived {
		t.Errorf("got %v, arrived %v, want it to run", err, arrived)
	}
	w.must("task.destroy", task)
	j := s.Journal()
	if diff := cmp.Diff([]any{vm, false, false}, j[len(j)-2].Params); diff != "" {
		t.Errorf("parameters in the journal (-want +got):\n%s", diff)
	}
}
