"""Whose side of the shared-responsibility line each thing is on: a YAML file per service, and the catalogue of them."""
