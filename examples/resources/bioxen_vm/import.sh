# By the VM's name, or by its UUID.
terraform import bioxen_vm.syn3a syn3a
