-- The first schema. Never edit a migration that was released: add another.

-- A shared chassis appears with its first VM and goes with its last one.
CREATE TABLE chassis (
	name TEXT PRIMARY KEY,
	kind TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE vm (
	uuid TEXT PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	state TEXT NOT NULL,
	spec TEXT NOT NULL,               -- biovm.Spec
	allocated TEXT NOT NULL,          -- biovm.Allocation: what was allocated by hand
	shared TEXT REFERENCES chassis (name), -- NULL: the VM has its chassis for itself
	atp REAL NOT NULL,                -- the grant, from here on
	ribosomes INTEGER NOT NULL,
	rna_polymerase INTEGER NOT NULL,
	memory_kb INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	simulated_seconds REAL NOT NULL DEFAULT 0,
	problem TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,      -- nanoseconds since 1970
	owner TEXT,                       -- pending, and whose; NULL: confirmed
	life INTEGER NOT NULL DEFAULT 0,  -- grows with every stop
	generation INTEGER NOT NULL DEFAULT 0 -- grows with every change of spec or grant
) STRICT, WITHOUT ROWID;

CREATE INDEX vm_shared ON vm (shared) WHERE shared IS NOT NULL;

CREATE TABLE record (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	vm_uuid TEXT NOT NULL REFERENCES vm (uuid) ON DELETE CASCADE,
	process TEXT NOT NULL,            -- biovm.Process
	triggers TEXT NOT NULL,           -- map[string]string
	result TEXT NOT NULL,             -- biovm.Result
	created_at INTEGER NOT NULL,
	owner TEXT,                       -- as in vm
	generation INTEGER NOT NULL DEFAULT 0 -- of the VM, when it ran
) STRICT;

CREATE INDEX record_vm ON record (vm_uuid, seq);

CREATE TABLE event (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	time INTEGER NOT NULL,
	vm TEXT NOT NULL,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL,
	data TEXT                         -- JSON
) STRICT;

-- Answers that are the same whoever asks; the oldest are forgotten.
CREATE TABLE memo (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	key TEXT NOT NULL UNIQUE,
	value BLOB NOT NULL
) STRICT;
