package sshtest

import (
	"errors"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// serve speaks SSH on a connection until it ends.
func (s *Server) serve(conn net.Conn) {
	if d := s.fault().delay; d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-s.ended:
			return
		}
	}
	login, channels, requests, err := ssh.NewServerConn(conn, s.config())
	if err != nil {
		return
	}
	s.mu.Lock()
	s.seen.logins++
	s.mu.Unlock()
	var wg sync.WaitGroup
	wg.Go(func() { ssh.DiscardRequests(requests) })
	for offer := range channels {
		wg.Go(func() { s.channel(offer) })
	}
	_ = login.Wait()
	wg.Wait()
}

// channel serves what a client opens.
func (s *Server) channel(offer ssh.NewChannel) {
	f := s.fault()
	switch kind := offer.ChannelType(); {
	case f.gossip:
		_ = offer.Reject(ssh.ResourceShortage, "not for "+strings.Join(s.Passwords(), " and "))
	case kind == "session":
		s.session(offer)
	case kind == "direct-streamlocal@openssh.com" && f.prohibit:
		_ = offer.Reject(ssh.Prohibited, "streamlocal forwarding is disabled")
	case kind == "direct-streamlocal@openssh.com":
		s.forward(offer, f.forbid)
	default:
		_ = offer.Reject(ssh.UnknownChannelType, "unknown channel type")
	}
}

// forward connects a channel to a unix socket.
func (s *Server) forward(offer ssh.NewChannel, forbidden bool) {
	var m struct {
		Path     string
		Reserved string
		Port     uint32
	}
	err := ssh.Unmarshal(offer.ExtraData(), &m)
	var socket *net.UnixConn
	if err == nil && !forbidden {
		socket, err = net.DialUnix("unix", nil, &net.UnixAddr{Name: m.Path, Net: "unix"})
	}
	if err != nil || forbidden {
		_ = offer.Reject(ssh.ConnectionFailed, "open failed")
		return
	}
	defer func() { _ = socket.Close() }()
	ch, requests, err := offer.Accept()
	if err != nil {
		return
	}
	defer func() { _ = ch.Close() }()
	go ssh.DiscardRequests(requests)
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = io.Copy(socket, ch)
		_ = socket.CloseWrite()
	})
	_, _ = io.Copy(ch, socket)
	_ = ch.CloseWrite()
	// The client's end of it, unless the socket is closed for good.
	wg.Wait()
}

// session runs the command that a client names.
func (s *Server) session(offer ssh.NewChannel) {
	ch, requests, err := offer.Accept()
	if err != nil {
		return
	}
	defer func() { _ = ch.Close() }()
	var c *command
	var wg sync.WaitGroup
	for r := range requests {
		var m struct{ Text string }
		switch {
		case r.Type == "exec" && c == nil && ssh.Unmarshal(r.Payload, &m) == nil:
			c = s.command(m.Text, ch)
			_ = r.Reply(c != nil, nil)
			if c != nil {
				wg.Go(func() { c.attend(ch) })
			}
		case r.Type == "signal" && c != nil && ssh.Unmarshal(r.Payload, &m) == nil:
			c.signal(m.Text)
		default:
			_ = r.Reply(false, nil)
		}
	}
	wg.Wait()
}

// A command is one that runs.
type command struct {
	server *Server
	cmd    *exec.Cmd
	stdin  io.WriteCloser
}

// command starts one; nil if it cannot.
func (s *Server) command(text string, ch ssh.Channel) *command {
	cmd := exec.Command("/bin/sh", "-c", text) //nolint:gosec,noctx // that is what it is for; kill ends it
	cmd.Dir = s.dir()
	cmd.Env = append(cmd.Environ(), s.o.Env...)
	cmd.Stdout, cmd.Stderr = ch, ch.Stderr()
	ownGroup(cmd)
	c := &command{server: s, cmd: cmd}
	var err error
	if c.stdin, err = cmd.StdinPipe(); err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.commands = append(s.seen.commands, text)
	if isClosed(s.ended) || cmd.Start() != nil {
		return nil
	}
	s.commands[c] = true
	return c
}

// attend feeds the command, waits for its end and tells the client of it.
func (c *command) attend(ch ssh.Channel) {
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = io.Copy(c.stdin, ch)
		_ = c.stdin.Close()
	})
	err := c.cmd.Wait()
	c.server.mu.Lock()
	delete(c.server.commands, c)
	c.server.mu.Unlock()
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil || !ok:
		_, _ = ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{0}))
	case exit.ExitCode() >= 0:
		_, _ = ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{uint32(exit.ExitCode())})) //nolint:gosec // 0 to 255
	default:
		_, _ = ch.SendRequest("exit-signal", false, ssh.Marshal(struct {
			Signal  string
			Dumped  bool
			Message string
			Lang    string
		}{Signal: signalName(exit)}))
	}
	_ = ch.CloseWrite()
	_ = ch.Close()
	wg.Wait()
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
