-- What is known of the genome of a VM whose spec names one, as JSON: a status
-- reads no file. NULL: the VM has its organism's own.
ALTER TABLE vm ADD COLUMN genome TEXT;
