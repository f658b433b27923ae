"""One file per group of services; each scenario makes one case."""
