output "free_growth_rate" {
  description = "Free growth rate of the wild type, in 1/h."
  value       = bioxen_vm.wild_type.free_growth_rate
}

output "relative_growth" {
  description = "Free growth of each mutant, relative to the wild type, to six decimals."
  value = {
    for gene, vm in bioxen_vm.mutant :
    gene => bioxen_vm.wild_type.free_growth_rate > 0 ? tonumber(format("%.6f", vm.free_growth_rate / bioxen_vm.wild_type.free_growth_rate)) : 0
  }
}

output "lethal" {
  description = "Genes that the cell does not grow without: below 1 % of the wild type."
  value = sort([
    for gene, vm in bioxen_vm.mutant : gene if vm.free_growth_rate < 0.01 * bioxen_vm.wild_type.free_growth_rate
  ])
}
