# "make demo" applies this and prints the outputs as a table.

terraform {
  required_version = ">= 1.11"
  required_providers {
    bioxen = { source = "bioxen/bioxen" }
  }
}

# The state goes where BIOXEN_DATA_DIR says.
provider "bioxen" {}

# One cell of each type, each with what its type gets by default.
resource "bioxen_vm" "cell" {
  for_each = toset(["syn3a", "ecoli", "minimal_cell"])

  name            = each.key
  biological_type = each.key
}

resource "bioxen_resource_allocation" "cell" {
  for_each = bioxen_vm.cell

  vm_id = each.value.id
}

resource "bioxen_process" "analysis" {
  for_each = bioxen_resource_allocation.cell

  vm_id   = each.value.vm_id
  code    = "minimal_metabolism_analysis()"
  timeout = "10m"
}

# The growth law: the minimal cell with all its ATP, on a chassis whose
# ribosomes come one by one.
resource "bioxen_vm" "titrated" {
  for_each = toset(["100", "200", "300", "425"])

  name            = "syn3a-${each.key}"
  biological_type = "syn3a"
  chassis         = "orthogonal"
  config          = { resource_limits = { max_atp = 100 } }
}

resource "bioxen_resource_allocation" "titrated" {
  for_each = bioxen_vm.titrated

  vm_id     = each.value.id
  ribosomes = tonumber(each.key)
  atp       = 100
}
