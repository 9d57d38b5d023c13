resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
}

# Two simulated minutes of gene expression.
resource "bioxen_process" "life" {
  vm_id = bioxen_vm.cell.id
  code  = "simulate(minutes=2, record=[\"ribosomes_active\"], every=1)"
}

data "bioxen_vm_metrics" "cell" {
  vm_id      = bioxen_vm.cell.id
  depends_on = [bioxen_process.life]
}

output "atp_mM" {
  value = data.bioxen_vm_metrics.cell.syn3a.atp_level
}

output "ribosomes_active" {
  value = data.bioxen_vm_metrics.cell.syn3a.ribosomes_active
}
