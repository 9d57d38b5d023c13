-- Genomes that are kept by a name, for VMs to be made of. A file is there as
-- long as one of them is of it, too.
CREATE TABLE genome (
	name TEXT PRIMARY KEY,
	sha256 TEXT NOT NULL REFERENCES file (sha256),
	genome TEXT NOT NULL              -- biovm.Genome
) STRICT, WITHOUT ROWID;

CREATE INDEX genome_sha256 ON genome (sha256);
