resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
}

# What the cell may use; the rest is the default.
resource "bioxen_resource_allocation" "cell" {
  vm_id     = bioxen_vm.cell.id
  ribosomes = 10 # units
  atp       = 65 # percent
}

resource "bioxen_vm" "preset" {
  name            = "preset"
  biological_type = "minimal_cell"
}

# The preset of the VM's type.
resource "bioxen_resource_allocation" "preset" {
  vm_id    = bioxen_vm.preset.id
  optimize = true
}

output "growth" {
  value = {
    free_per_hour    = bioxen_vm.cell.free_growth_rate
    granted_per_hour = bioxen_resource_allocation.cell.growth_rate
    limited_by       = bioxen_resource_allocation.cell.limited_by
  }
}
