variable "xcpng_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "bioxen" {
  xcpng = {
    lab = {
      url      = "https://xcp-ng.example"
      username = "root"
      password = var.xcpng_password
      pins     = ["0000000000000000000000000000000000000000000000000000000000000000"]
    }
  }
}

resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
  vm_type         = "xcpng"

  xcpng = {
    host     = "lab"
    template = "debian-12-cloud"
  }
}

data "bioxen_xcpng_vm_metrics" "cell" {
  vm_id = bioxen_vm.cell.id
}

output "cell" {
  value = {
    growth_rate = data.bioxen_xcpng_vm_metrics.cell.growth_rate
    cpu_percent = data.bioxen_xcpng_vm_metrics.cell.cpu_percent
  }
}
