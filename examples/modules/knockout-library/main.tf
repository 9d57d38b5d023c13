# One VM as it is, and one for each gene that is knocked out.
resource "bioxen_vm" "wild_type" {
  name            = "${var.name}-wild-type"
  biological_type = var.biological_type
  medium          = var.medium
}

resource "bioxen_vm" "mutant" {
  for_each = var.genes

  name            = "${var.name}-${each.key}"
  biological_type = var.biological_type
  medium          = var.medium
  knockouts       = [each.key]
}
