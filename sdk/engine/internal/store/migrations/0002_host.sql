-- Who this directory is, to tell its owners from those of others, and the
-- pools that xcpng VMs can be made on.

CREATE TABLE directory (
	uuid TEXT NOT NULL
) STRICT;

-- A random UUID: of version 4, variant 1.
INSERT INTO directory (uuid) VALUES (lower(
	hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
	substr('89AB', (random() & 3) + 1, 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))
));

CREATE TABLE xcpng_host (
	name TEXT PRIMARY KEY,
	url TEXT NOT NULL,
	username TEXT NOT NULL,
	ca_cert_pem TEXT NOT NULL,
	pins TEXT NOT NULL,               -- []string
	template TEXT NOT NULL,           -- what VMs on it get that name none, from here on
	network TEXT NOT NULL,
	sr TEXT NOT NULL,
	password_version INTEGER NOT NULL,
	password BLOB                     -- sealed with the key in secret.key; NULL: none is kept
) STRICT, WITHOUT ROWID;
