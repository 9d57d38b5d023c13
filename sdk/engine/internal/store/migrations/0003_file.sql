-- Files that VMs are made of, each there once, however many VMs it makes. A
-- file is there as long as a VM is made of it or an owner holds it who lives.

CREATE TABLE file (
	sha256 TEXT NOT NULL UNIQUE,      -- of the content as it was brought
	size INTEGER NOT NULL,            -- of that, in bytes
	packed BLOB NOT NULL              -- it, packed with gzip
) STRICT;

CREATE TABLE vm_file (
	vm_uuid TEXT NOT NULL REFERENCES vm (uuid) ON DELETE CASCADE,
	part TEXT NOT NULL,               -- of the spec: model
	sha256 TEXT NOT NULL REFERENCES file (sha256),
	PRIMARY KEY (vm_uuid, part)
) STRICT, WITHOUT ROWID;

CREATE INDEX vm_file_sha256 ON vm_file (sha256);

-- Who brought a file, or found it there, and may make a VM of it.
CREATE TABLE file_hold (
	sha256 TEXT NOT NULL REFERENCES file (sha256) ON DELETE CASCADE,
	owner TEXT NOT NULL,              -- as in vm
	PRIMARY KEY (sha256, owner)
) STRICT, WITHOUT ROWID;
