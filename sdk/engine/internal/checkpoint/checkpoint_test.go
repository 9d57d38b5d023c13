package checkpoint_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/checkpoint"
)

type config struct {
	Name string  `json:"name"`
	Rate float64 `json:"rate"`
}

func form() checkpoint.Form { return checkpoint.Form{Magic: "test\x01", Of: "a test", Words: 3} }

// What was written is read, to the bit, and the layout is the documented one.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	want, words := config{"x", 0.1}, []uint64{1, math.Float64bits(math.Pi), 1 << 63}
	data, err := form().Write(want, words, []byte("simulator"))
	if err != nil {
		t.Fatal(err)
	}
	if head := "test\x01\x17\x00\x00\x00\x00\x00\x00\x00" + `{"name":"x","rate":0.1}` + "\x01\x00"; !bytes.HasPrefix(data, []byte(head)) {
		t.Errorf("wrote %q, want it to begin with %q", data, head)
	}
	var got config
	numbers, rest, err := form().Read(data, &got)
	if err != nil || got != want || !slices.Equal(numbers, words) || string(rest) != "simulator" {
		t.Errorf("read %+v, %v, %q, %v", got, numbers, rest, err)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	data, err := form().Write(config{}, make([]uint64, 3), nil)
	if err != nil {
		t.Fatal(err)
	}
	huge := slices.Clone(data)
	huge[5+7] = 0xff
	for what, try := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":          {nil, "not a checkpoint of a test"},
		"another version":  {append([]byte("test\x02"), data[5:]...), "not a checkpoint of a test"},
		"cut short":        {data[:len(data)-1], "ends too soon"},
		"a length of 2^63": {huge, "ends too soon"},
		"no JSON":          {bytes.Replace(data, []byte("{"), []byte("["), 1), "configuration"},
	} {
		var c config
		if _, _, err := form().Read(try.data, &c); err == nil || !strings.Contains(err.Error(), try.want) {
			t.Errorf("%s: %v, want %q", what, err, try.want)
		}
	}
	if _, err := form().Write(config{}, nil, nil); err == nil {
		t.Error("wrote too few numbers")
	}
	if _, err := form().Write(func() {}, make([]uint64, 3), nil); err == nil {
		t.Error("wrote a configuration that is none")
	}
	for _, x := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := checkpoint.Amount(math.Float64bits(x)); err == nil {
			t.Errorf("took %v for an amount", x)
		}
	}
	if x, err := checkpoint.Amount(math.Float64bits(2.5)); err != nil || x != 2.5 {
		t.Errorf("an amount of 2.5 came as %v, %v", x, err)
	}
	wrong := checkpoint.Wrong([]byte("abc"), errors.New("is torn"))
	if found := biovm.FieldErrors(wrong); len(found) != 1 || found[0].Path != "checkpoint" || found[0].Reason != "is torn" {
		t.Errorf("Wrong: %v, want an error at checkpoint", wrong)
	}
}

func FuzzRead(f *testing.F) {
	good, err := form().Write(config{"x", 1}, []uint64{1, 2, 3}, []byte("tail"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:20])
	f.Add([]byte("test\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var c config
		words, rest, err := form().Read(data, &c)
		if err != nil {
			return
		}
		again, err := form().Write(c, words, rest)
		if err != nil {
			t.Fatal(err)
		}
		var d config
		if _, tail, err := form().Read(again, &d); err != nil || c != d || !bytes.Equal(tail, rest) {
			t.Errorf("what was read and written is read as %+v, %q, %v; want %+v, %q", d, tail, err, c, rest)
		}
	})
}
