# By its name.
terraform import bioxen_genome.strain strain
