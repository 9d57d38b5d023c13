package daemon

// DefaultSocket is where the daemon of a guest listens.
const DefaultSocket = "/run/bioxen/bioxen.sock"
