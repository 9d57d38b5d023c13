data "bioxen_biological_types" "all" {}

# One cell of each organism.
resource "bioxen_vm" "each" {
  for_each = toset(data.bioxen_biological_types.all.names)

  name            = replace(each.key, "_", "-")
  biological_type = each.key
}

output "free_growth" {
  value = { for name, t in data.bioxen_biological_types.all.types : name => t.free_growth_rate }
}
