resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "ecoli"

  # Packages of the catalogue are listed here...
  packages = ["media@^1.0"]
}

# ...or installed one by one, as those of your own are: source = "./my_screen".
resource "bioxen_package" "law" {
  vm_id         = bioxen_vm.cell.id
  source        = "growth_law"
  version_range = "^1.0"
}

resource "bioxen_process" "sweep" {
  vm_id = bioxen_vm.cell.id

  code = <<-EOT
    load("@growth_law//growth_law.star", "ribosome_sweep")

    s = ribosome_sweep([10, 20, 40, 60])
    {"per_unit": s["fit"]["slope"], "knee": s["knee"], "plateau": s["plateau"]}
  EOT

  depends_on = [bioxen_package.law]
}

output "growth_law" {
  value = jsondecode(bioxen_process.sweep.result)
}
