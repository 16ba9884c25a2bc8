"""`field` and `mutation`: a GraphQL field whose directives also hold in this service.

The gateway enforces @authenticated and @requiresScopes; a subgraph enforces them again, because it may be asked
directly and because a field can be reached by many paths.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import strawberry
from strawberry.extensions.field_extension import FieldExtension
from strawberry.federation.schema_directives import Cost, ListSize, Override
from strawberry.types.field import StrawberryField

from subgraphs.kit.errors import Forbidden, Unauthenticated
from subgraphs.kit.identity import Viewer

Scopes = Sequence[Sequence[str]]


def list_size(*, assumed: int | None = None, slicing: Sequence[str] = (), sized: Sequence[str] = ()) -> ListSize:
    """@listSize as the schema writes it: only what was given is printed."""
    return ListSize(
        assumed_size=strawberry.UNSET if assumed is None else assumed,
        slicing_arguments=list(slicing) if slicing else strawberry.UNSET,
        sized_fields=list(sized) if sized else strawberry.UNSET,
        require_one_slicing_argument=strawberry.UNSET,
    )


def connection_size(*arguments: str) -> ListSize:
    """@listSize of a Relay connection, sliced by `first` unless told otherwise."""
    return list_size(slicing=arguments or ("first",), sized=("edges", "nodes"))


class Guard(FieldExtension):
    """Lets a field resolve only for a caller who is signed in, or has the scopes."""

    def __init__(self, scopes: tuple[tuple[str, ...], ...]) -> None:
        self.scopes = scopes

    def check(self, viewer: Viewer) -> None:
        """Raise `Unauthenticated` or `Forbidden`, or do nothing."""
        if self.scopes:
            if not viewer.satisfies(self.scopes):
                wanted = " or ".join(" and ".join(group) for group in self.scopes)
                raise Forbidden(f"This field needs the scope {wanted}")
        elif viewer.customer_id is None and not viewer.scopes:
            raise Unauthenticated("This field is for signed-in callers")

    def resolve(  # type: ignore[override]  # strawberry passes these three by position
        self, next_: Callable[..., Any], source: Any, info: Any, /, **kwargs: Any
    ) -> Any:
        """Check, then go on. By position: the GraphQL arguments in `kwargs` may be called `source` or `info` too."""
        self.check(info.context.viewer)
        return next_(source, info, **kwargs)

    async def resolve_async(  # type: ignore[override]  # as above
        self, next_: Callable[..., Any], source: Any, info: Any, /, **kwargs: Any
    ) -> Any:
        """Check, then go on; a subscription's resolver gives an async generator, which nobody awaits."""
        self.check(info.context.viewer)
        answer = next_(source, info, **kwargs)
        return await answer if inspect.isawaitable(answer) else answer


def field(
    resolver: Callable[..., Any] | None = None,
    *,
    description: str,
    name: str | None = None,
    authenticated: bool = False,
    scopes: Scopes = (),
    tags: Sequence[str] = (),
    cost: int | None = None,
    size: ListSize | None = None,
    shareable: bool = False,
    external: bool = False,
    inaccessible: bool = False,
    requires: Sequence[str] = (),
    provides: Sequence[str] = (),
    override: Override | str | None = None,
    deprecated: str | None = None,
    subscription: bool = False,
) -> Any:
    """Describe one: text, directives, access; what directives say of access is checked here as well.

    Used as an attribute's default or as a decorator of its resolver.
    scopes      OR of ANDs, e.g. [["staff:store"], ["staff:agent"]]
    size        `list_size(…)` or `connection_size()`
    """
    directives: list[object] = []
    if cost is not None:
        directives.append(Cost(weight=cost))
    if size is not None:
        directives.append(size)
    alternatives = tuple(tuple(group) for group in scopes)
    extensions: list[FieldExtension] = [Guard(alternatives)] if authenticated or alternatives else []
    options: dict[str, Any] = {
        "name": name,
        "description": description,
        "directives": directives,
        "extensions": extensions,
        "deprecation_reason": deprecated,
        "is_subscription": subscription,
        "tags": tuple(tags),
        "shareable": shareable,
        "external": external,
        "inaccessible": inaccessible,
        "authenticated": authenticated,
        "requires": list(requires) or None,
        "provides": list(provides) or None,
        "requires_scopes": [list(group) for group in scopes] or None,
    }
    if override is not None:
        options["override"] = override
    made: StrawberryField = strawberry.federation.field(**options)
    return made(resolver) if resolver is not None else made


def mutation(**options: Any) -> Any:
    """A mutation's field: the same as `field`, named for what it is."""
    return field(**options)


def subscription(**options: Any) -> Any:
    """A subscription's field: its resolver is an async generator."""
    return field(subscription=True, **options)


def argument(description: str, name: str | None = None) -> Any:
    """Describe what a field is given, inside `Annotated`.

    Example  id: Annotated[strawberry.ID, argument("Global id.")]
    """
    return strawberry.argument(description=description, name=name)
