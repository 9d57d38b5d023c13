package store

import "database/sql"

// DB is the store's pool of connections.
func DB(s *Store) *sql.DB { return s.db }
