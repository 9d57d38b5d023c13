# By the name or UUID of the VM, and the name of the package.
terraform import bioxen_package.law cell/growth_law
