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

data "bioxen_xcpng_storage" "lab" {
  host = "lab"
}

output "default" {
  value = one([for s in data.bioxen_xcpng_storage.lab.storage : s.name if s.default])
}
