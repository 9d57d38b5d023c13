data "bioxen_vm_types" "all" {}

output "runs_here" {
  value = keys(data.bioxen_vm_types.all.available)
}
