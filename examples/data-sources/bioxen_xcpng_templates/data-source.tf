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

data "bioxen_xcpng_templates" "lab" {
  host = "lab"
}

# What stands against each template.
output "problems" {
  value = { for t in data.bioxen_xcpng_templates.lab.templates : t.name => t.problems if !t.fits }
}
