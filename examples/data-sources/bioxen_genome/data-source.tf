# What is on a plasmid of one's own.
data "bioxen_genome" "plasmid" {
  source     = "${path.module}/plasmid.gb"
  list_genes = true
}

output "genes" {
  value = { for g in data.bioxen_genome.plasmid.genes : g.symbol => "${g.start}..${g.end} ${g.strand}" }
}

# With biological_type, which genes a cell of that type would lack with the genome,
# and which would be foreign to it.
#
#   data "bioxen_genome" "strain" {
#     source          = "${path.module}/strain.gb"
#     biological_type = "syn3a"
#   }
#
#   resource "bioxen_vm" "strain" {
#     name            = "strain"
#     biological_type = "syn3a"
#     genome          = { source = data.bioxen_genome.strain.source }
#   }
