// Package store keeps an engine's state in a data directory: one SQLite
// database, and lock files that say which processes are alive.
//
//	bioxen.db         VMs, shared chassis, records, events, memoised answers, pools
//	bioxen.lock       held while a process opens the directory
//	owners/UUID.lock  held by each open store for its life; see [Store.Alive]
//	locks/UUID.lock   held while a VM executes; UUID.next is its queue
//	names/HASH.lock   held while somebody works on a name; see [Store.LockName]
//	secret.key        what the passwords in the database are encrypted with
//
// Any number of processes, and of stores in one process, use a directory at
// once. All writing happens in immediate transactions ([Store.Write]), which
// SQLite lets in one at a time: what a transaction reads stays true until it
// commits. Locks die with their process, so a process killed at any instant
// leaves at most files that the next one to open the directory removes.
//
// Nobody but SQLite may open bioxen.db once it is in use: closing any
// descriptor of a file drops the POSIX locks that SQLite holds on it.
package store
