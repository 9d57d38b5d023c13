resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
}

resource "bioxen_process" "scan" {
  vm_id   = bioxen_vm.cell.id
  timeout = "2m"

  code = <<-EOT
    # How much growth each gene is worth.
    wild_type = fba()["growth_rate"]
    {g: knockout(g)["growth_rate"] / wild_type for g in ["JCVISYN3A_0445", "JCVISYN3A_0227"]}
  EOT

  # Run anew when the medium changes.
  triggers = {
    medium = jsonencode(bioxen_vm.cell.medium)
  }
}

output "relative_growth" {
  value = jsondecode(bioxen_process.scan.result)
}
