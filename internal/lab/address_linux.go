package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strings"
)

// A seat is one of the networks that guests can have: four addresses of
// 10.77.0.0/16, of which the second is the host's and the third the guest's
// (counting from none). It is taken as long as the socket lives.
type seat struct {
	number int
	socket net.Listener
}

// seats is how many there are.
const seats = 1 << 14

// takeSeat takes the first free one after a number.
func takeSeat(ctx context.Context, after int) (*seat, error) {
	for i := range seats {
		n := (after + i) % seats
		// An abstract socket belongs to the network namespace, as the addresses
		// do, and ends with the process.
		l, err := (&net.ListenConfig{}).Listen(ctx, "unix", fmt.Sprintf("@bxlab-seat-%d", n))
		if err == nil {
			return &seat{number: n, socket: l}, nil
		}
	}
	return nil, errors.New("lab: all addresses of 10.77.0.0/16 are taken")
}

func (s *seat) leave() error {
	if s == nil {
		return nil
	}
	return s.socket.Close()
}

// address is the one of that place in the seat's network.
func (s *seat) address(place int) netip.Addr {
	const perSeat, perByte = 4, 1 << 8
	n := s.number*perSeat + place
	return netip.AddrFrom4([4]byte{10, 77, byte(n / perByte), byte(n % perByte)}) //nolint:gosec // there are 2¹⁴ seats of four
}

func (s *seat) host() netip.Addr  { return s.address(1) }
func (s *seat) guest() netip.Addr { return s.address(2) }

// link is the name of the host's end; an interface's has 15 characters at most.
func (s *seat) link(pid int) string { return fmt.Sprintf("%s%d-%d", linkPrefix, pid, s.number) }

const linkPrefix = "bx"

// plug makes the link between the host and the network namespace of a process,
// where the other end is eth0.
func (s *seat) plug(ctx context.Context, name string, guest int, mac string) error {
	peer := "name eth0"
	if mac != "" {
		peer += " address " + mac
	}
	return ip(ctx,
		fmt.Sprintf("link add name %s type veth peer %s netns %d", name, peer, guest),
		fmt.Sprintf("addr add %s/30 dev %s", s.host(), name),
		fmt.Sprintf("link set dev %s up", name))
}

// unplug removes a link, which may have gone with the other end.
func unplug(ctx context.Context, name string) error {
	if _, err := net.InterfaceByName(name); err != nil {
		return nil //nolint:nilerr // there is none
	}
	err := ip(ctx, "link del dev "+name)
	if _, gone := net.InterfaceByName(name); gone != nil {
		return nil //nolint:nilerr // it is not there, whoever removed it
	}
	return err
}

func ip(ctx context.Context, lines ...string) error {
	cmd := exec.CommandContext(ctx, "ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("lab: ip: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
