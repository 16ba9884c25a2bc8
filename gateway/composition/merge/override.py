"""`@override`: which subgraph no longer resolves a field.

Cases, for a field with `from: x`:
    1. x is unknown                       hint; the sharing check may name the misspelling
    2. x is the subgraph itself, or overrides too, or a directive is in the way      error
    3. x does not have the field any more, or has it external                        hint: remove @override
    4. otherwise x is overridden: left out of the field, or kept as `usedOverridden` where x still needs it;
       with a label both resolve the field, depending on the label
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.composition.diagnostics import did_you_mean
from gateway.composition.subgraph import Directive, Field, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.composition.merge.context import MergeContext, Sources

_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_\-:./]*")
_PERCENT = re.compile(r"percent\((\d{1,2}(?:\.\d{1,8})?|100(?:\.0{1,8})?)\)")


@dataclass(frozen=True, slots=True)
class Overrides:
    """What `@override` makes of one field; sets and keys are indexes of subgraphs.

    gone          overridden and not needed there any more
    used          overridden but still in a key, requirement or interface there
    labels        both ends of a labelled override → the label
    misspelt      their `from` names no subgraph
    """

    gone: frozenset[int] = frozenset()
    used: frozenset[int] = frozenset()
    labels: Mapping[int, str] = field(default_factory=dict)
    misspelt: frozenset[int] = frozenset()

    def resolves(self, index: int) -> bool:
        """Whether the subgraph still answers for the field once every label is on."""
        return index not in self.gone and index not in self.used

    def omits(self, index: int) -> bool:
        """Whether the supergraph's field does not mention the subgraph at all."""
        return index in self.gone and index not in self.labels


NONE = Overrides()


def overrides_of(context: MergeContext, sources: Sources[Field], coordinate: str) -> Overrides:
    """Check every `@override` on a field and say what follows."""
    marked = {index: directive for index, field in sources if (directive := field.first("override")) is not None}
    if not marked:
        return NONE
    gone: set[int] = set()
    used: set[int] = set()
    labels: dict[int, str] = {}
    misspelt: set[int] = set()
    names = [subgraph.name for subgraph in context.subgraphs]
    for index, directive in marked.items():
        check = _Check(context, dict(sources), coordinate, index, directive)
        origin = directive.text("from") or ""
        if check.is_on_interface():
            continue
        if origin not in names:
            misspelt.add(index)
            message = f'@override(from: "{origin}") names no subgraph; it is ignored.{did_you_mean(origin, names)}'
            check.hint("FROM_SUBGRAPH_DOES_NOT_EXIST", message)
            continue
        source = names.index(origin)
        if not check.is_overridable(source, marked):
            continue
        (used if context.subgraphs[source].is_used(check.sources[source]) else gone).add(source)
        label = check.label()
        if label is not None:
            labels[index] = labels[source] = label
        check.announce(source, label)
    return Overrides(frozenset(gone), frozenset(used), labels, frozenset(misspelt))


@dataclass(frozen=True, slots=True)
class _Check:
    """One application of `@override`, in subgraph `index`."""

    context: MergeContext
    sources: Mapping[int, Field]
    coordinate: str
    index: int
    directive: Directive

    @property
    def name(self) -> str:
        return self.context.subgraphs[self.index].name

    def error(self, code: str, message: str) -> None:
        text = f'Field "{self.coordinate}": {message}'
        self.context.diagnostics.error(
            code, text, subgraph=self.name, location=self.directive.location, coordinate=self.coordinate
        )

    def hint(self, code: str, message: str) -> None:
        text = f'Field "{self.coordinate}": {message}'
        self.context.diagnostics.hint(
            code, text, subgraph=self.name, location=self.directive.location, coordinate=self.coordinate
        )

    def is_on_interface(self) -> bool:
        """Report an override on an interface or an interface object."""
        definition = self.context.subgraphs[self.index].types[self.sources[self.index].parent]
        if definition.kind is Kind.INTERFACE:
            self.error(
                "OVERRIDE_ON_INTERFACE", "@override cannot be used on fields of interfaces; move it to the objects."
            )
        elif definition.is_interface_object:
            message = "@override is not supported on fields of interface objects."
            self.error("OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE", message)
        else:
            return False
        return True

    def is_overridable(self, source: int, marked: Mapping[int, Directive]) -> bool:
        """Cases 2 and 3, each reported; True for case 4."""
        origin = self.context.subgraphs[source]
        if source == self.index:
            self.error(
                "OVERRIDE_FROM_SELF_ERROR",
                f'@override(from: "{origin.name}") names its own subgraph. Name the one it is taken from.',
            )
        elif source in marked:
            message = (
                f'subgraph "{origin.name}" overrides the field as well; only one of the two can. Remove one @override.'
            )
            self.error("OVERRIDE_SOURCE_HAS_OVERRIDE", message)
        elif source not in self.sources:
            self._origin_lacks_field(source)
        elif (conflict := self._conflict(source)) is not None:
            self.error(
                "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                f"@override cannot be used, because {conflict}. Remove that first.",
            )
        elif origin.is_external(self.sources[source]):
            self.label()
            message = f'subgraph "{origin.name}" has the field only as @external; @override can be removed.'
            self.hint("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", message)
        else:
            return True
        return False

    def _origin_lacks_field(self, source: int) -> None:
        origin = self.context.subgraphs[source].name
        parent, field = self.coordinate.split(".", 1)
        if any(index == source for index, _ in self.context.stand_ins(parent, field)):
            message = f'subgraph "{origin}" provides the field through an interface object, which cannot be overridden.'
            self.error("OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE", message)
            return
        message = f'subgraph "{origin}" does not have the field any more; @override can be removed.'
        self.hint("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", message)

    def _conflict(self, source: int) -> str | None:
        for meaning in ("requires", "provides"):
            if self.sources[source].has(meaning):
                return f'in subgraph "{self.context.subgraphs[source].name}" the field has @{meaning}'
        if self.context.is_external(self.index, self.sources[self.index]):
            return f'in subgraph "{self.name}" it is also @external'
        return None

    def label(self) -> str | None:
        """The label, reported and dropped when malformed."""
        text = self.directive.text("label")
        if text is None:
            return None
        if _LABEL.fullmatch(text) or _PERCENT.fullmatch(text):
            return text
        message = (
            f'label "{text}" of @override is no label. Write a word (a letter, then letters, digits and _ - : . /) or '
            '"percent(x)" with x from 0 to 100 and at most 8 decimals.'
        )
        self.error("OVERRIDE_LABEL_INVALID", message)
        return None

    def announce(self, source: int, label: str | None) -> None:
        """The hint that belongs to a working override."""
        origin = self.context.subgraphs[source]
        if label is not None:
            message = (
                f'it is moving here from subgraph "{origin.name}" under label "{label}"; remove it there when done.'
            )
            self.hint("OVERRIDE_MIGRATION_IN_PROGRESS", message)
        elif origin.is_used(self.sources[source]):
            message = (
                f'it is overridden but still used in subgraph "{origin.name}", by a field set or an interface; mark it '
                "@external there, or remove it with what uses it."
            )
            self.hint("OVERRIDDEN_FIELD_CAN_BE_REMOVED", message)
        else:
            message = f'it is overridden; it can be removed from subgraph "{origin.name}".'
            self.hint("OVERRIDDEN_FIELD_CAN_BE_REMOVED", message)
