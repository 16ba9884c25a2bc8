"""A field that several subgraphs resolve must be marked shareable in each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.composition.merge.wording import in_words

if TYPE_CHECKING:
    from gateway.composition.merge.context import MergeContext, Sources
    from gateway.composition.merge.override import Overrides
    from gateway.composition.subgraph import Field


@dataclass(frozen=True, slots=True)
class _Resolver:
    index: int
    name: str
    shareable: bool


def check_sharing(
    context: MergeContext, sources: Sources[Field], overrides: Overrides, type_name: str, field_name: str
) -> None:
    """Report a field that is resolved twice without every resolver agreeing to it.

    External and overridden fields do not count; fields of interface objects that stand for this one do.
    """
    resolvers = [
        _Resolver(index, context.subgraphs[index].name, context.subgraphs[index].is_shareable(field))
        for index, field in sources
        if overrides.resolves(index) and not context.subgraphs[index].is_fully_external(field)
    ]
    resolvers += [
        _Resolver(index, context.subgraphs[index].name, context.subgraphs[index].is_shareable(field))
        for index, field in context.stand_ins(type_name, field_name)
        if not context.subgraphs[index].is_fully_external(field)
    ]
    alone = [resolver.name for resolver in resolvers if not resolver.shareable]
    if len(resolvers) < 2 or not alone:
        return
    where = in_words([resolver.name for resolver in resolvers])
    blame = "all of them" if len(alone) == len(resolvers) else in_words(alone)
    message = (
        f'Field "{type_name}.{field_name}" is resolved by {where}, but is not shareable in {blame}; mark it @shareable '
        f"in each of them, or resolve it in one.{_misspelt(resolvers, overrides)}"
    )
    location = sources[0][1].location if sources else None
    context.diagnostics.error(
        "INVALID_FIELD_SHARING", message, location=location, coordinate=f"{type_name}.{field_name}"
    )


def check_subscription_field(context: MergeContext, sources: Sources[Field]) -> None:
    """A subscription's root field has one source of events, so it cannot be shared."""
    for index, field in sources:
        if context.subgraphs[index].is_shareable(field):
            message = f'Field "{field.coordinate}" is a root field of subscriptions and cannot be @shareable.'
            context.diagnostics.error(
                "INVALID_FIELD_SHARING",
                message,
                subgraph=context.subgraphs[index].name,
                location=field.location,
                coordinate=field.coordinate,
            )


def _misspelt(resolvers: list[_Resolver], overrides: Overrides) -> str:
    for resolver in resolvers:
        if resolver.index in overrides.misspelt:
            return f' Its @override in subgraph "{resolver.name}" names an unknown subgraph; is `from` misspelt?'
    return ""
