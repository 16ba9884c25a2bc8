"""The Node interface and the stubs that `node` may answer with: things of other services, by id alone."""

from __future__ import annotations

from typing import Self

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from subgraphs.kit.fields import field
from subgraphs.kit.types.stubs import OWNER_TEXT


@strawberry.interface(description="Anything with a global id that node can fetch.")
class Node:
    """What every type with a global id implements."""

    id: strawberry.ID = field(description="Global id. Opaque; the prefix names the type.")


def _by_id() -> Key:
    return Key(fields=FieldSet("id"), resolvable=False)


@strawberry.type
class _Stub:
    """A thing of another service: its id."""

    id: strawberry.ID = field(description="Global id.")

    @classmethod
    def of(cls, global_id: str) -> Self:
        """The thing with this id, not looked at."""
        return cls(id=strawberry.ID(global_id))


@strawberry.federation.type(description=OWNER_TEXT["Promotion"], keys=[_by_id()])
class Promotion(_Stub, Node):
    """Owned by cart."""


@strawberry.federation.type(description=OWNER_TEXT["Cart"], keys=[_by_id()])
class Cart(_Stub, Node):
    """Owned by cart."""


@strawberry.federation.type(description=OWNER_TEXT["Order"], keys=[_by_id()])
class Order(_Stub, Node):
    """Owned by fulfilment."""


@strawberry.federation.type(description=OWNER_TEXT["Return"], keys=[_by_id()])
class Return(_Stub, Node):
    """Owned by fulfilment."""


@strawberry.federation.type(description=OWNER_TEXT["Location"], keys=[_by_id()])
class Location(_Stub, Node):
    """Owned by inventory."""


@strawberry.federation.type(description=OWNER_TEXT["Transfer"], keys=[_by_id()])
class Transfer(_Stub, Node):
    """Owned by inventory."""


@strawberry.federation.type(description=OWNER_TEXT["SupportCase"], keys=[_by_id()])
class SupportCase(_Stub, Node):
    """Owned by customer."""


STUBS: dict[str, type[_Stub]] = {
    kind.__name__: kind for kind in (Promotion, Cart, Order, Return, Location, Transfer, SupportCase)
}
"""Type name → stub."""
