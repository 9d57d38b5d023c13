terraform {
  required_providers {
    bioxen = {
      source = "bioxen/bioxen"
    }
  }
}

# Where the VMs live. Without data_dir it is BIOXEN_DATA_DIR, and without that
# the user's state directory.
provider "bioxen" {
  data_dir = "${path.root}/.bioxen"
}

resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
}
