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

data "bioxen_xcpng_networks" "lab" {
  host = "lab"
}

output "networks" {
  value = data.bioxen_xcpng_networks.lab.networks[*].name
}
