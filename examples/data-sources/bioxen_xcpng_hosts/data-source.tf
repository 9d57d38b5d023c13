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

data "bioxen_xcpng_hosts" "lab" {
  host = "lab"
}

output "memory_free_mib" {
  value = { for h in data.bioxen_xcpng_hosts.lab.hosts : h.name => h.memory_free_mib if h.enabled && h.live }
}
