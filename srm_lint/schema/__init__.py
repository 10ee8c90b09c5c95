"""The map of kinds: what each kind of resource is called in each language. YAML in, `Kind` objects out."""
