package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Measurements are the latest figures that a host has of a VM on it.
type Measurements struct {
	// Time is when the newest of them was taken, by the host's clock; zero
	// when there is none.
	Time time.Time
	// Values are the figures by the server's names for them: cpu0, cpu1, … (of
	// 1), memory and memory_target (bytes), memory_internal_free (KiB, from the
	// guest tools), vif_0_rx, vif_0_tx, vbd_xvda_read, … (bytes/s) and others.
	// What was not measured, which the server calls NaN, is left out.
	Values map[string]float64
}

// VMMeasurements returns the latest measurements of a VM, from the host that
// it runs on; none for one that runs on none. A VM has some about ten seconds
// after its start.
func (c *Client) VMMeasurements(ctx context.Context, ref VMRef) (Measurements, error) {
	vm, err := c.VM(ctx, ref)
	if err != nil || vm.ResidentOn.IsNull() {
		return Measurements{}, err
	}
	hosts, err := c.Hosts(ctx)
	if err != nil {
		return Measurements{}, err
	}
	address := hosts[vm.ResidentOn].Address
	// Rows are asked for by the host's clock, which need not be ours.
	now, err := read[time.Time](ctx, c, "host.get_servertime", vm.ResidentOn)
	if err != nil {
		return Measurements{}, err
	}
	body, err := c.rrdUpdates(ctx, address, url.Values{
		"start": {strconv.FormatInt(now.Add(-measuredWithin).Unix(), 10)},
		"cf":    {"AVERAGE"}, "interval": {"5"}, "json": {"true"}, "host": {"false"}, "vm_uuid": {vm.UUID},
	})
	if err != nil {
		return Measurements{}, fmt.Errorf("xapi: rrd_updates at %s: %w", address, err)
	}
	return latest(body, vm.UUID)
}

// measuredWithin is how old a measurement may be: hosts take one every five
// seconds.
const measuredWithin = time.Minute

// rrdUpdates asks one member for measurements. A session that it does not know
// is renewed once.
func (c *Client) rrdUpdates(ctx context.Context, address string, q url.Values) ([]byte, error) {
	session, err := c.session.current(ctx)
	if err != nil {
		return nil, err
	}
	body, status, err := c.getOnce(ctx, address, session, q)
	if status == http.StatusUnauthorized {
		if session, err = c.session.session(ctx, session, SessionInvalid); err != nil {
			return nil, err
		}
		body, status, err = c.getOnce(ctx, address, session, q)
	}
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%w: HTTP status %d", ErrProtocol, status)
	}
	return body, err
}

// maxMeasurements bounds an answer, in bytes: a VM has some hundred figures,
// and a row of them every five seconds.
const maxMeasurements = 16 << 20

func (c *Client) getOnce(ctx context.Context, address, session string, q url.Values) (body []byte, status int, err error) {
	u := c.endpoint.url("/rrd_updates")
	u.Host = net.JoinHostPort(strings.Trim(address, "[]"), u.Port())
	q.Set("session_id", session)
	u.RawQuery = q.Encode()
	const hops = 2
	for range hops {
		var next *url.URL
		if body, next, status, err = c.get(ctx, u); err != nil || next == nil {
			return body, status, err
		}
		u = next
	}
	return nil, 0, fmt.Errorf("%w: it redirects more than once", ErrProtocol)
}

func (c *Client) get(ctx context.Context, u *url.URL) (body []byte, next *url.URL, status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, nil, 0, errors.New("the URL is not one") // its text holds the session
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // without the URL, which holds the session
		}
		return nil, nil, 0, untrusted(err)
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusFound, http.StatusTemporaryRedirect:
		next, err = c.sameScheme(resp)
		return nil, next, resp.StatusCode, err
	case http.StatusOK:
		body, err = io.ReadAll(io.LimitReader(resp.Body, maxMeasurements))
	}
	return body, nil, resp.StatusCode, err
}

// latest takes the newest number of each figure of a VM out of an answer.
func latest(body []byte, vm string) (Measurements, error) {
	var answer struct {
		Meta struct {
			Legend []string `json:"legend"`
		} `json:"meta"`
		Data []struct {
			Time   int64    `json:"t"`
			Values []string `json:"values"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return Measurements{}, fmt.Errorf("xapi: rrd_updates: %w: %w", ErrProtocol, err)
	}
	m := Measurements{Values: map[string]float64{}}
	for column, legend := range answer.Meta.Legend {
		name, ok := strings.CutPrefix(legend, "AVERAGE:vm:"+vm+":")
		if !ok {
			continue
		}
		newest := int64(math.MinInt64)
		for _, row := range answer.Data {
			if column >= len(row.Values) {
				return Measurements{}, fmt.Errorf("xapi: rrd_updates: %w: a row has %d values, and the legend %d", ErrProtocol, len(row.Values), len(answer.Meta.Legend))
			}
			v, err := strconv.ParseFloat(row.Values[column], 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || row.Time <= newest {
				continue
			}
			newest = row.Time
			m.Values[name] = v
			if at := time.Unix(row.Time, 0).UTC(); at.After(m.Time) {
				m.Time = at
			}
		}
	}
	return m, nil
}
