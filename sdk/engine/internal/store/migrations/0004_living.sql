-- What VMs' cells have lived through: their state now, as sdk/engine/living
-- writes it. A cell that has lived no second has none.
CREATE TABLE living (
	vm_uuid TEXT PRIMARY KEY REFERENCES vm (uuid) ON DELETE CASCADE,
	state BLOB NOT NULL
) STRICT, WITHOUT ROWID;
