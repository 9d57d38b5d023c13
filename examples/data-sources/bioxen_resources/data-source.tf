resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
  shared_chassis  = "incubator"
}

data "bioxen_resources" "cell" {
  vm_id = bioxen_vm.cell.id
}

data "bioxen_resources" "incubator" {
  shared_chassis = bioxen_vm.cell.shared_chassis
}

output "advice" {
  value = data.bioxen_resources.cell.recommendations[*].reason
}

output "ribosome_units_left" {
  value = data.bioxen_resources.incubator.available.ribosomes
}
