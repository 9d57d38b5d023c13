resource "bioxen_genome" "strain" {
  name   = "strain"
  source = "${path.module}/strain.gff3"
}

# As many cells of it as wanted; none of them needs the file. One lacks punA besides,
# and grows a little slower.
resource "bioxen_vm" "strain" {
  for_each = { as-it-is = [], further = ["JCVISYN3A_0747"] }

  name            = "strain-${each.key}"
  biological_type = "syn3a"
  genome          = { id = bioxen_genome.strain.id }
  knockouts       = each.value
}

output "growth" {
  value = { for key, vm in bioxen_vm.strain : key => vm.free_growth_rate }
}
