# By the name that the data directory keeps the pool by, or by the pool's UUID.
terraform import bioxen_xcpng_host.lab lab
