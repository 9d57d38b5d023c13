package store

import (
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the database driver
)

// busyMilliseconds is how long a connection waits for another process that
// writes.
const busyMilliseconds = 30_000

// pragmas are what every connection is opened with. They are in the DSN
// because a statement would reach one connection of the pool only.
func pragmas(o Options) string {
	q := url.Values{"_txlock": {"immediate"}}
	set := func(name, value string) { q.Add("_pragma", name+"("+value+")") }
	set("busy_timeout", strconv.Itoa(busyMilliseconds))
	set("foreign_keys", "1")
	set("journal_mode", "WAL")
	set("synchronous", "FULL")
	if o.MaxPages > 0 {
		set("max_page_count", strconv.Itoa(o.MaxPages))
	}
	return q.Encode()
}

// fileURL is SQLite's URI for an absolute path, whatever is in it.
func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // file:///C:/...
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
