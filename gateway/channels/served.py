"""Contracts as they are served: the checked-in API schema of each and its operations; composition is not needed.

`channelgraph check --write` prints `<contract>/api.graphql`. Planning and execution are over the one supergraph: a
contract decides what may be asked, what introspection shows and what is projected, not where data comes from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphql import GraphQLEnumType, GraphQLError, GraphQLInterfaceType, GraphQLObjectType, build_schema

from gateway.channels.operations import channel_operations
from gateway.errors import SettingsInvalid, SupergraphInvalid
from gateway.supergraph.api_schema import faults_of

if TYPE_CHECKING:
    from pathlib import Path

    from graphql import GraphQLSchema

    from gateway.supergraph.model import Supergraph, TypeDefinition

API_FILE = "api.graphql"


@dataclass(frozen=True, slots=True)
class ServedContract:
    """One contract.

    schema      what its clients see
    operations  the texts of its trusted documents
    """

    name: str
    schema: GraphQLSchema
    operations: tuple[str, ...]

    def over(self, supergraph: Supergraph) -> Supergraph:
        """The supergraph with this contract's API schema; raises `SupergraphInvalid` where it has more than that."""
        for name, kind in self.schema.type_map.items():
            whole = supergraph.api_schema.type_map.get(name)
            if whole is None:
                raise self._not_in(name)
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and hasattr(whole, "fields"):
                for field in kind.fields.keys() - whole.fields.keys():
                    raise self._not_in(f"{name}.{field}")
        types = {name: self._seen(each) for name, each in supergraph.types.items()}
        return replace(supergraph, api_schema=self.schema, types=types, derived={})

    def _seen(self, known: TypeDefinition) -> TypeDefinition:
        """A type as it is in this contract: hidden, or without its hidden enum values; execution looks there."""
        shown = self.schema.type_map.get(known.name)
        if shown is None:
            return replace(known, inaccessible=True)
        if not isinstance(shown, GraphQLEnumType):
            return known
        values = {n: v if n in shown.values else replace(v, inaccessible=True) for n, v in known.values.items()}
        return replace(known, values=values)

    def _not_in(self, coordinate: str) -> SupergraphInvalid:
        return SupergraphInvalid(
            f"Contract {self.name} shows {coordinate}, which the supergraph lacks; channelgraph check --write renews it."
        )


def served_contracts(folder: Path | None) -> tuple[ServedContract, ...]:
    """Every contract below a folder that has a printed API schema; raises `SettingsInvalid`."""
    if folder is None:
        return ()
    if not folder.is_dir():
        raise SettingsInvalid(f"contracts.folder: {folder} is no folder.")
    operations = channel_operations(folder)
    return tuple(
        ServedContract(
            path.parent.name, _schema(path), tuple(o.text for o in operations if o.contract == path.parent.name)
        )
        for path in sorted(folder.glob(f"*/{API_FILE}"))
    )


def _schema(path: Path) -> GraphQLSchema:
    try:
        schema = build_schema(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, GraphQLError, TypeError) as exc:
        raise _no_schema(path, exc) from exc
    faults = faults_of(schema)
    if faults:
        raise _no_schema(path, faults[0])
    return schema


def _no_schema(path: Path, fault: Exception) -> SettingsInvalid:
    return SettingsInvalid(f"{path}: is not an API schema: {' '.join(str(fault).split())}")
