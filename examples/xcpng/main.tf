terraform {
  required_providers {
    bioxen = { source = "bioxen/bioxen" }
  }
}

variable "xcpng_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "bioxen_xcpng_host" "lab" {
  name     = "lab"
  url      = "https://xcp-ng.example"
  username = "root"
  pins     = ["0000000000000000000000000000000000000000000000000000000000000000"]
  template = "debian-12-cloud"

  password_wo         = var.xcpng_password
  password_wo_version = 1
}

# A cell inside a virtual machine of its own.
resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
  vm_type         = "xcpng"

  xcpng = {
    host          = bioxen_xcpng_host.lab.name
    vcpus         = 1
    memory_mib    = 1024
    allow_restart = true
  }
}

resource "bioxen_resource_allocation" "cell" {
  vm_id     = bioxen_vm.cell.id
  ribosomes = 10
}

resource "bioxen_process" "analysis" {
  vm_id = bioxen_vm.cell.id
  code  = "minimal_metabolism_analysis()"
  triggers = {
    growth = bioxen_resource_allocation.cell.growth_rate
  }
}

output "cell" {
  value = {
    address     = bioxen_vm.cell.xcpng_address
    growth_rate = bioxen_resource_allocation.cell.growth_rate
    limited_by  = jsondecode(bioxen_process.analysis.result).limited_by
  }
}
