data "bioxen_vms" "running_minimal_cells" {
  biological_type = "syn3a"
  state           = "running"
}

output "names" {
  value = data.bioxen_vms.running_minimal_cells.vms[*].name
}
