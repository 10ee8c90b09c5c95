"""Every policy as a rule of cfn-lint: `cfn-lint template.yaml --append-rules srm_lint.cfn_lint`.

So editors and pipelines that run cfn-lint show what srm-lint finds, with whose side of the shared-responsibility line
the fix is on. A rule is called `E-` (critical, high) or `W-` (medium, low) and the id of its policy, and cfn-lint's own
ways to leave rules out work on it. https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/getting_started/rules.md
"""

import sys

from srm_lint.cfn_lint.rules import all_rules
from srm_lint.library import LibraryError
from srm_lint.marked import MarkedError
from srm_lint.report.visible import visible

try:
    _rules = all_rules()
except (LibraryError, MarkedError) as error:  # cfn-lint would show a traceback
    print(f"srm-lint: {visible(str(error))}", file=sys.stderr)
    sys.exit(2)

globals().update(_rules)  # cfn-lint makes a rule of each class that it finds in the module
