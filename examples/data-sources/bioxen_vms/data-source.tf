data "bioxen_vms" "running_syn3a" {
  biological_type = "syn3a"
  state           = "running"
}

output "names" {
  value = data.bioxen_vms.running_syn3a.vms[*].name
}
