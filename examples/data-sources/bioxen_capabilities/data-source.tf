data "bioxen_capabilities" "this" {}

output "ribosome_units" {
  value = { for kind, c in data.bioxen_capabilities.this.chassis : kind => c.capacity.ribosomes }
}

output "process_language" {
  value = keys(data.bioxen_capabilities.this.builtins)
}
