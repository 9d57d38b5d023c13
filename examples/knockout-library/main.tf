# Which genes on the way from glucose to lactate and acetate can JCVI-syn3A lose?

terraform {
  required_providers {
    bioxen = {
      source = "bioxen/bioxen"
    }
  }
}

data "bioxen_genes" "way" {
  biological_type = "syn3a"
  names           = ["pgi", "eno", "pyk", "ldh", "pta", "ackA"]
}

module "library" {
  source = "../modules/knockout-library"

  name  = "library"
  genes = data.bioxen_genes.way.loci
}

output "relative_growth" {
  value = module.library.relative_growth
}

output "lethal" {
  value = module.library.lethal
}
