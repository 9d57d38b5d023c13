# What JCVI-syn3A's metabolism could do without.
data "bioxen_genes" "dispensable" {
  biological_type = "syn3a"
  essential       = false
  in_model        = true
}

data "bioxen_genes" "named" {
  biological_type = "ecoli"
  names           = ["pgi", "b0008"]
}

output "dispensable" {
  value = length(data.bioxen_genes.dispensable.loci)
}

output "products" {
  value = { for g in data.bioxen_genes.named.genes : g.locus => g.product }
}
