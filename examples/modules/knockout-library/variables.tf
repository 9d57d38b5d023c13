variable "name" {
  description = "Beginning of the VMs' names."
  type        = string
}

variable "biological_type" {
  description = "Organism of the library."
  type        = string
  default     = "syn3a"
}

variable "genes" {
  description = "Genes to knock out, each in a VM of its own."
  type        = set(string)
}

variable "medium" {
  description = "Medium of all VMs; null for the organism's own."
  type        = map(number)
  default     = null
}
