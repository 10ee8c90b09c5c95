"""The table of CloudFormation's intrinsic functions: a name in, what evaluates it out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from srm_lint.model.source import Span
from srm_lint.model.value import Unknown, Value
from srm_lint.read.cloudformation import lists, names, texts
from srm_lint.read.cloudformation.conditions import decide, verdict_of
from srm_lint.read.cloudformation.expressions import Evaluator, Function
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text


def _if(evaluator: Evaluator, node: Node, span: Span) -> Value:
    if not isinstance(node, Sequence) or len(node.items) != 3:
        return evaluator.wrong("Fn::If takes a list of the name of a condition and two values", span)
    condition = node.items[0]
    name = condition.text if isinstance(condition, Text) else ""
    verdict = verdict_of(evaluator, name, span) if name else decide(evaluator, condition)
    yes, no = evaluator.within(verdict.yes), evaluator.within(verdict.no)
    if not yes or not no:
        return evaluator.value(node.items[1 if yes else 2])
    branches = []
    for cases, branch in ((yes, node.items[1]), (no, node.items[2])):
        with evaluator.assuming(cases), evaluator.recording():  # apart: what is referred to here is so only perhaps
            branches.append((evaluator.value(branch), cases))
    reason = f"it depends on the condition {name}" if name else "it depends on a condition"
    reason = f"{reason} ({verdict.reason})"
    return evaluator.scenarios.choose(branches, span=span, reason=reason, references=verdict.references)


def _transform(_evaluator: Evaluator, node: Node, span: Span) -> Value:
    name = node.members.get("Name") if isinstance(node, Mapping) else None
    which = f" {name.text}" if isinstance(name, Text) else ""
    return Unknown(span=span, reason=f"the transform{which} makes it at deployment")


FUNCTIONS: dict[str, Function] = {
    "Ref": names.ref,
    "Fn::Base64": texts.base64_of,
    "Fn::Cidr": lists.cidr,
    "Fn::FindInMap": names.find_in_map,
    "Fn::GetAZs": lists.get_azs,
    "Fn::GetAtt": names.get_att,
    "Fn::If": _if,
    "Fn::ImportValue": names.import_value,
    "Fn::Join": texts.join,
    "Fn::Length": lists.length,
    "Fn::Select": lists.select,
    "Fn::Split": texts.split,
    "Fn::Sub": texts.sub,
    "Fn::ToJsonString": texts.to_json_string,
    "Fn::Transform": _transform,
}
