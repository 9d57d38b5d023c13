# By the VM's name, or by its UUID.
terraform import bioxen_resource_allocation.cell cell
