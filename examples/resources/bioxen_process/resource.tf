resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
}

resource "bioxen_process" "scan" {
  vm_id   = bioxen_vm.cell.id
  timeout = "2m"

  code = <<-EOT
    # What is left of the growth without each gene, one at a time.
    {g: knockout(g, keep = False)["ratio"] for g in ["JCVISYN3A_0445", "JCVISYN3A_0227"]}
  EOT

  # Run anew when the medium changes.
  triggers = {
    medium = jsonencode(bioxen_vm.cell.medium)
  }
}

output "relative_growth" {
  value = jsondecode(bioxen_process.scan.result)
}
