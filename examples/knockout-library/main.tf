# Which genes of the glycolysis can the minimal cell lose?

terraform {
  required_providers {
    bioxen = {
      source = "bioxen/bioxen"
    }
  }
}

data "bioxen_genes" "glycolysis" {
  biological_type = "syn3a"
  names           = ["pgi", "eno", "pyk", "pta", "ackA"]
}

module "library" {
  source = "../modules/knockout-library"

  name  = "library"
  genes = data.bioxen_genes.glycolysis.loci
}

output "relative_growth" {
  value = module.library.relative_growth
}

output "lethal" {
  value = module.library.lethal
}
