-- Packages that are installed in VMs. A package is there once, as the file that
-- it came in, however many VMs have it.

CREATE TABLE vm_package (
	vm_uuid TEXT NOT NULL REFERENCES vm (uuid) ON DELETE CASCADE,
	name TEXT NOT NULL,
	version TEXT NOT NULL,
	digest TEXT NOT NULL,             -- of what is in it
	sha256 TEXT NOT NULL REFERENCES file (sha256), -- of the .tar.gz
	asked TEXT,                       -- biovm.PackageRequest; NULL: nobody did by hand
	PRIMARY KEY (vm_uuid, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX vm_package_sha256 ON vm_package (sha256);
