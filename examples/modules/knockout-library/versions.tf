terraform {
  required_providers {
    bioxen = {
      source = "bioxen/bioxen"
    }
  }
}
