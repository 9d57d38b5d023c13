variable "xcpng_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

# A pool of XCP-ng hosts. Its password is in neither the state nor a plan; a new
# version number sets it anew.
resource "bioxen_xcpng_host" "lab" {
  name     = "lab"
  url      = "https://xcp-ng.example"
  username = "root"

  password_wo         = var.xcpng_password
  password_wo_version = 1

  # The SHA-256 of a member's certificate.
  pins = ["0000000000000000000000000000000000000000000000000000000000000000"]

  # What VMs on the pool get that name none.
  template = "debian-12-cloud"
}
