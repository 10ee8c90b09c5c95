"""placeholder"""

from srm_lint.model.condition import Verb

VERBS: tuple[Verb, ...] = ()
