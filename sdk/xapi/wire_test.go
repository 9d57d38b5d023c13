package xapi

import (
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRequestOnTheWire(t *testing.T) {
	t.Parallel()
	r := request{method: "VM.x", session: "OpaqueRef:s", args: []any{
		VMRef("OpaqueRef:v"), int64(math.MaxInt64), 30.0, true, "ü<&", time.Date(2025, 3, 19, 5, 16, 24, 9, time.FixedZone("", 3600)),
		map[string]string(nil), []string(nil),
	}}
	got, err := r.encode(7)
	want := `{"jsonrpc":"2.0","method":"VM.x","params":["OpaqueRef:s","OpaqueRef:v",9223372036854775807,30,true,"ü\u003c\u0026",` +
		`"20250319T04:16:24Z",{},[]],"id":7}`
	if err != nil || string(got) != want {
		t.Errorf("encode:\n got %s, %v\nwant %s", got, err, want)
	}
	if _, err := (&request{method: "VM.x", args: []any{math.NaN()}}).encode(1); err == nil {
		t.Error("encode NaN: no error")
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const valid = `{"jsonrpc":"2.0","result":"x","id":7}`
	for name, test := range map[string]struct {
		status      int
		media, body string
		want        string // the result; empty when an error is wanted
		wantErr     error
	}{
		"v2":               {200, "application/json", valid, `"x"`, nil},
		"charset":          {200, "application/json; charset=utf-8", valid, `"x"`, nil},
		"v1":               {200, "application/json", `{"result":"x","error":null,"id":7}`, `"x"`, nil},
		"id as string":     {200, "application/json", `{"result":"x","id":"7"}`, `"x"`, nil},
		"NaN":              {200, "application/json", `{"result":[NaN],"id":7}`, `["NaN"]`, nil},
		"extra":            {200, "application/json", `{"result":1,"id":7,"more":{}}`, `1`, nil},
		"v2 error":         {200, "application/json", `{"error":{"code":1,"message":"HANDLE_INVALID","data":["VM","r"]},"id":7}`, "", HandleInvalid},
		"v1 error":         {200, "application/json", `{"result":"","error":["HANDLE_INVALID","VM","r"],"id":7}`, "", HandleInvalid},
		"numbers in it":    {200, "application/json", `{"error":{"code":1,"message":"HANDLE_INVALID","data":["VM","r",3]},"id":7}`, "", HandleInvalid},
		"error without id": {200, "application/json", `{"error":["HANDLE_INVALID","VM","r"]}`, "", HandleInvalid},
		"unknown code":     {200, "application/json", `{"error":["NEW_IN_27"],"id":7}`, "", ErrorCode("NEW_IN_27")},
		"odd error":        {200, "application/json", `{"error":7,"id":7}`, "", ErrProtocol},
		"empty error":      {200, "application/json", `{"error":[],"id":7}`, "", ErrProtocol},
		"other id":         {200, "application/json", `{"result":"x","id":8}`, "", ErrProtocol},
		"no id":            {200, "application/json", `{"result":"x"}`, "", ErrProtocol},
		"neither":          {200, "application/json", `{"id":7}`, "", ErrProtocol},
		"truncated":        {200, "application/json", valid[:20], "", ErrProtocol},
		"trailing":         {200, "application/json", valid + "x", "", ErrProtocol},
		"html":             {200, "text/html", "<html>", "", ErrProtocol},
		"html in disguise": {200, "application/json", "<html>", "", ErrProtocol},
		"xml":              {200, "text/xml", valid, "", ErrProtocol},
		"no type":          {200, "", valid, "", ErrProtocol},
		"500":              {500, "text/html", "<html>", "", ErrProtocol},
		"500 as json":      {500, "application/json", valid, "", ErrProtocol},
		"503":              {503, "text/html", "", "", errUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			h.Set("Content-Type", test.media)
			got, err := decodeAnswer(&request{method: "VM.x"}, 7, test.status, h, []byte(test.body))
			if !errors.Is(err, test.wantErr) || string(got) != test.want {
				t.Errorf("answer %s: got %s, %v; want %s, %v", test.body, got, err, test.want, test.wantErr)
			}
			if e, ok := errors.AsType[*Error](err); ok && e.Code == HandleInvalid {
				if d := cmp.Diff([]string{"VM", "r"}, e.Params[:2]); d != "" || e.Method != "VM.x" || e.Param(0) != "VM" || e.Param(9) != "" {
					t.Errorf("error %+v, want method VM.x and parameters VM, r", e)
				}
			}
		})
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	var err error = &Error{Method: "VM.start", Code: VMBadPowerState, Params: []string{"r", "halted", "running"}}
	if got, want := err.Error(), "xapi: VM.start: VM_BAD_POWER_STATE [r, halted, running]"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if got, want := (&Error{Method: "a", Code: "B"}).Error(), "xapi: a: B"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if errors.Is(err, HandleInvalid) || !errors.Is(err, VMBadPowerState) {
		t.Errorf("%v is the wrong code", err)
	}
	for code, want := range map[ErrorCode]Remedy{
		SessionInvalid: RemedyLogin, HostIsSlave: RemedyRedirect, TooBusy: RemedyWait, HostInEmergencyMode: RemedyWait,
		SRFull: RemedyNone, "NEW": RemedyNone,
	} {
		if got := RemedyFor(&Error{Code: code}); got != want {
			t.Errorf("RemedyFor(%s) = %d, want %d", code, got, want)
		}
	}
	if got := RemedyFor(ErrProtocol); got != RemedyNone {
		t.Errorf("RemedyFor(ErrProtocol) = %d, want none", got)
	}
}

func TestAnswerLimit(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	o := f.options()
	o.MaxResponseBytes = 1000
	c, err := Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	f.on("VM.get_record", func([]any) answer { return result(strings.Repeat("x", 1000)) })
	if _, err := c.VM(t.Context(), "OpaqueRef:v"); !errors.Is(err, ErrProtocol) || !strings.Contains(err.Error(), "1000 bytes") {
		t.Errorf("an answer beyond the limit: got %v, want ErrProtocol that names the limit", err)
	}
	if n := f.count("VM.get_record"); n != 1 {
		t.Errorf("it was asked for %d times, want 1", n)
	}
}

// A record of another server's version: fields and values that are not known
// here, and fields that are missing.
func TestRecordsOfOtherVersions(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c := f.dial(t)
	f.on("VM.get_all_records", func([]any) answer {
		return rawResult(`{"OpaqueRef:v":{"uuid":"u","power_state":"Dreaming","HVM_shadow_multiplier":NaN,"name_description":"ratio: NaN","later":[{}]}}`)
	})
	got, err := c.VMs(t.Context())
	want := map[VMRef]VM{"OpaqueRef:v": {UUID: "u", PowerState: "Dreaming", NameDescription: "ratio: NaN"}}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("VMs: %v (-want +got):\n%s", err, d)
	}
}
