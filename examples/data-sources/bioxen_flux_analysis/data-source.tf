# How fast E. coli grows without air, and what limits it.
data "bioxen_flux_analysis" "anaerobic" {
  biological_type = "ecoli"
  method          = "pfba"
  medium = {
    EX_glc__D_e = 10, EX_nh4_e = 1000, EX_pi_e = 1000, EX_so4_e = 1000, EX_h2o_e = 1000, EX_h_e = 1000, EX_co2_e = 1000,
    EX_k_e      = 1000, EX_mg2_e = 1000, EX_ca2_e = 1000, EX_cl_e = 1000, EX_fe2_e = 1000, EX_fe3_e = 1000, EX_mn2_e = 1000,
    EX_zn2_e    = 1000, EX_cu2_e = 1000, EX_cobalt2_e = 1000, EX_ni2_e = 1000, EX_mobd_e = 1000,
  }
}

# What glycolysis may do in JCVI-syn3A while it grows nearly as fast as it can.
data "bioxen_flux_analysis" "glycolysis" {
  biological_type = "syn3a"
  method          = "fva"
  fraction        = 0.9
  reactions       = ["PGI", "PFK", "PYK"]
}

# A network of one's own: sugar in, twice as much acid out.
data "bioxen_flux_analysis" "own" {
  model_file = {
    source = "${path.module}/network.json"
    sha256 = filesha256("${path.module}/network.json")
  }
  objective = "EX_acid_e"
  knockouts = ["acidA"]
}

output "growth_without_air" {
  value = data.bioxen_flux_analysis.anaerobic.growth_rate
}

output "what_limits_it" {
  value = data.bioxen_flux_analysis.anaerobic.limiting
}

output "glycolysis" {
  value = data.bioxen_flux_analysis.glycolysis.ranges
}

output "acid" {
  value = data.bioxen_flux_analysis.own.objective_value
}
