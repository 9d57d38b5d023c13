output "cells" {
  description = "How the cells grow under what they hold, and free of it."
  value = {
    for name, vm in bioxen_vm.cell : name => {
      type                  = vm.biological_type
      chassis               = vm.chassis
      genes                 = vm.gene_count
      free_growth_rate      = vm.free_growth_rate
      growth_rate           = bioxen_resource_allocation.cell[name].growth_rate
      doubling_time_minutes = bioxen_resource_allocation.cell[name].doubling_time_minutes
      limited_by            = bioxen_resource_allocation.cell[name].limited_by
      ribosomes             = bioxen_resource_allocation.cell[name].ribosomes
      atp                   = bioxen_resource_allocation.cell[name].atp
    }
  }
}

output "titration" {
  description = "How syn3a grows by its ribosomes, on an orthogonal chassis with all its ATP."
  value = {
    for name, vm in bioxen_vm.titrated : vm.name => {
      type                  = vm.biological_type
      chassis               = vm.chassis
      genes                 = vm.gene_count
      free_growth_rate      = vm.free_growth_rate
      growth_rate           = bioxen_resource_allocation.titrated[name].growth_rate
      doubling_time_minutes = bioxen_resource_allocation.titrated[name].doubling_time_minutes
      limited_by            = bioxen_resource_allocation.titrated[name].limited_by
      ribosomes             = bioxen_resource_allocation.titrated[name].ribosomes
      atp                   = bioxen_resource_allocation.titrated[name].atp
    }
  }
}

output "analyses" {
  description = "What minimal_metabolism_analysis() says of each cell."
  value       = { for name, p in bioxen_process.analysis : name => jsondecode(p.result) }
}
