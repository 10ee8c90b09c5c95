"""Policies: YAML files in, compiled `Policy` objects out."""
