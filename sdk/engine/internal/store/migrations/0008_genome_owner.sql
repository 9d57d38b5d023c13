-- Who made a genome that nobody has confirmed, as in vm; NULL: confirmed.
ALTER TABLE genome ADD COLUMN owner TEXT;
