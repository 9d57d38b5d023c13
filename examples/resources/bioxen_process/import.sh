# By the UUID of the record: the id of the process.
terraform import bioxen_process.scan 3f2b1c9e-5d14-4c55-9a0e-6c1f0f4f7d21
