resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
}

# Any VM of the data directory, by name or by id.
data "bioxen_vm" "cell" {
  name = bioxen_vm.cell.name
}

output "doubling_time_minutes" {
  value = data.bioxen_vm.cell.doubling_time_minutes
}
