"""The border between languages: a `Configuration` in, an `Inventory` out. Above it nobody can tell which language it
was.
"""

from srm_lint.normalize.entities import normalize
from srm_lint.normalize.misspelt import Spelling

__all__ = ["Spelling", "normalize"]
