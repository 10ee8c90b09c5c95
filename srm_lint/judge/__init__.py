"""Judging: an inventory and policies in, findings with their evidence out."""
