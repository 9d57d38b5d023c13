# A JCVI-syn3A on an E. coli chassis of its own, running.
resource "bioxen_vm" "syn3a" {
  name            = "syn3a"
  biological_type = "syn3a"
}

locals {
  minerals = [
    "EX_ca2_e", "EX_cl_e", "EX_co2_e", "EX_cobalt2_e", "EX_cu2_e", "EX_fe2_e", "EX_fe3_e", "EX_h2o_e", "EX_h_e", "EX_k_e",
    "EX_mg2_e", "EX_mn2_e", "EX_mobd_e", "EX_na1_e", "EX_nh4_e", "EX_ni2_e", "EX_o2_e", "EX_pi_e", "EX_so4_e", "EX_zn2_e",
  ]
}

# An E. coli without phosphoglucose isomerase, on acetate instead of glucose:
# uptakes in mmol per gram dry weight and hour.
resource "bioxen_vm" "mutant" {
  name            = "mutant"
  biological_type = "ecoli"
  knockouts       = ["pgi"]
  medium          = merge({ for id in local.minerals : id => 1000 }, { EX_ac_e = 10 })
}

# Two cells that share one chassis and compete for its ribosomes.
resource "bioxen_vm" "sharer" {
  for_each = toset(["left", "right"])

  name            = each.key
  biological_type = "syn3a"
  shared_chassis  = "incubator"
  state           = "paused"

  config = {
    resource_limits = {
      max_atp       = 50 # percent
      max_ribosomes = 30 # units of 325 ribosomes
    }
  }
}

# A cell with a metabolic network of one's own, in place of its organism's.
resource "bioxen_vm" "own" {
  name            = "own"
  biological_type = "ecoli"
  knockouts       = ["b1101"] # the network has another way for sugar to come in
  medium          = { EX_glc__D_e = 8 }

  model = {
    source = "${path.module}/network.json"
  }
}
