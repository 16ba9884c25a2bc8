"""Every error composition can give: when it is raised and how to mend it. A table, printed into docs/errors.md."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ERROR_CODES", "ErrorCode"]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A row: `when` it is raised, and how to `mend` it; both are whole sentences."""

    when: str
    mend: str


def _fields_codes(directive: str, name: str) -> dict[str, ErrorCode]:
    """The rows that `@key`, `@provides` and `@requires` have in common."""
    return {
        f"{name}_DIRECTIVE_IN_FIELDS_ARG": ErrorCode(
            f"A directive is applied inside the `fields` of a `@{directive}`.",
            "Take the directive out; field sets are plain selections.",
        ),
        f"{name}_INVALID_FIELDS_TYPE": ErrorCode(
            f"The `fields` of a `@{directive}` is not a string.", 'Write the selection in quotes: `fields: "id"`.'
        ),
        f"{name}_INVALID_FIELDS": ErrorCode(
            f"The `fields` of a `@{directive}` is no selection, or does not fit the type it is made on.",
            "Name fields that this subgraph defines on the type; select sub-fields of objects and none of leaves.",
        ),
        f"{name}_UNSUPPORTED_ON_INTERFACE": ErrorCode(
            f"`@{directive}` is used on an interface" + (" below Federation 2.3." if name == "KEY" else "."),
            "Link federation v2.3 or later." if name == "KEY" else "Move it to the object types that implement it.",
        ),
    }


ERROR_CODES: dict[str, ErrorCode] = {
    # --- one subgraph ---
    "INVALID_GRAPHQL": ErrorCode(
        "The SDL is not GraphQL, or breaks a rule of GraphQL schemas.", "Mend the place the message names."
    ),
    "DIRECTIVE_DEFINITION_INVALID": ErrorCode(
        "The subgraph defines a directive of federation, or of another known feature, in another way.",
        "Remove the definition (it is added when missing) or make it the specified one.",
    ),
    "TYPE_DEFINITION_INVALID": ErrorCode(
        "The subgraph defines a type of federation, or of another known feature, in another way.",
        "Remove the definition (it is added when missing) or make it the specified one.",
    ),
    "UNSUPPORTED_LINKED_FEATURE": ErrorCode(
        "A linked feature, its version or its purpose is not supported.",
        "Link a supported version, and leave `for:` out of features composition does not know.",
    ),
    "UNSUPPORTED_FEATURE": ErrorCode(
        "The subgraph uses connectors, which this gateway does not run.",
        "Serve the data from a GraphQL subgraph instead.",
    ),
    "UNKNOWN_FEDERATION_LINK_VERSION": ErrorCode(
        "The `@link` to the federation specification names a version that does not exist.",
        'Link a known one, for example "https://specs.apollo.dev/federation/v2.9".',
    ),
    "UNKNOWN_LINK_VERSION": ErrorCode(
        "The `@link` to the link specification itself names a version that does not exist.",
        'Use "https://specs.apollo.dev/link/v1.0".',
    ),
    "INVALID_LINK_DIRECTIVE_USAGE": ErrorCode(
        "A `@link` is malformed: no url, a bad alias, an import of something the feature does not have, or two links "
        "that clash.",
        "Mend the application; an import of a directive keeps its `@`, in `name` and in `as`.",
    ),
    "INVALID_LINK_IDENTIFIER": ErrorCode(
        "The url or version of a `@link` is malformed.", 'Write it as "https://host/path/name/v1.0".'
    ),
    "INVALID_SUBGRAPH_NAME": ErrorCode(
        "A subgraph has no name, the reserved name `_`, or the name of another one.",
        "Give each subgraph a name of its own.",
    ),
    "ROOT_QUERY_USED": ErrorCode(
        "The schema's query type has another name, and an ordinary type is called `Query`.",
        "Rename the ordinary type, or use `Query` as root.",
    ),
    "ROOT_MUTATION_USED": ErrorCode(
        "The schema's mutation type has another name, and an ordinary type is called `Mutation`.",
        "Rename the ordinary type, or use `Mutation` as root.",
    ),
    "ROOT_SUBSCRIPTION_USED": ErrorCode(
        "The schema's subscription type has another name, and an ordinary type is called `Subscription`.",
        "Rename the ordinary type, or use `Subscription` as root.",
    ),
    **_fields_codes("key", "KEY"),
    **_fields_codes("provides", "PROVIDES"),
    **_fields_codes("requires", "REQUIRES"),
    "KEY_FIELDS_HAS_ARGS": ErrorCode(
        "A `@key` selects a field that takes arguments.", "Use a field without arguments as key."
    ),
    "PROVIDES_FIELDS_HAS_ARGS": ErrorCode(
        "A `@provides` selects a field that takes arguments.", "Provide fields without arguments only."
    ),
    "KEY_FIELDS_SELECT_INVALID_TYPE": ErrorCode(
        "A `@key` selects a field whose type is an interface or a union.", "Use fields of scalar, enum or object types."
    ),
    "PROVIDES_FIELDS_MISSING_EXTERNAL": ErrorCode(
        "A `@provides` selects a field that this subgraph resolves anyway.",
        "Mark the field `@external`, or take it out of the `@provides`.",
    ),
    "REQUIRES_FIELDS_MISSING_EXTERNAL": ErrorCode(
        "A `@requires` selects a field that this subgraph resolves itself.",
        "Mark the field `@external`, or take it out of the `@requires`.",
    ),
    "PROVIDES_ON_NON_OBJECT_FIELD": ErrorCode(
        "`@provides` is applied to a field whose type has no fields.", "Apply it to a field of a composite type."
    ),
    "EXTERNAL_UNUSED": ErrorCode(
        "A field is marked `@external`, but no key, `@requires`, `@provides` or interface uses it.",
        "Remove the field, or the mark if this subgraph resolves it.",
    ),
    "EXTERNAL_ON_INTERFACE": ErrorCode(
        "`@external` is applied to a field of an interface.", "Mark the fields of the implementing types instead."
    ),
    "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE": ErrorCode(
        "A field is `@external` and carries a directive that only its resolver may carry.", "Remove one of the two."
    ),
    "TYPE_WITH_ONLY_UNUSED_EXTERNAL": ErrorCode(
        "A type of a Federation 1 subgraph has nothing but unused external fields.", "Remove the type, or use a field."
    ),
    "INVALID_SHAREABLE_USAGE": ErrorCode(
        "`@shareable` is applied twice to one declaration, to an interface's field, or to a subscription.",
        "Apply it once, to object types and their fields.",
    ),
    "INTERFACE_KEY_NOT_ON_IMPLEMENTATION": ErrorCode(
        "An interface has a `@key` that one of its implementations lacks, or has only as not resolvable.",
        "Repeat the interface's keys on every implementation.",
    ),
    "INTERFACE_OBJECT_USAGE_ERROR": ErrorCode(
        "An `@interfaceObject` type has no key, is an interface nowhere, or stands beside its implementations.",
        "Give it the interface's key, and define the implementations in other subgraphs only.",
    ),
    "COST_APPLIED_TO_INTERFACE_FIELD": ErrorCode(
        "`@cost` is applied to a field of an interface.", "Apply it to the fields of the implementing types."
    ),
    "LIST_SIZE_APPLIED_TO_NON_LIST": ErrorCode(
        "`@listSize` is applied to a field that is no list.",
        "Apply it to a list, or name the lists inside with `sizedFields`.",
    ),
    "LIST_SIZE_INVALID_ASSUMED_SIZE": ErrorCode(
        "`@listSize(assumedSize:)` is negative.", "Give a size of zero or more."
    ),
    "LIST_SIZE_INVALID_SLICING_ARGUMENT": ErrorCode(
        "`@listSize(slicingArguments:)` names an argument that does not exist or is no Int.",
        "Name arguments of the field whose type is Int.",
    ),
    "LIST_SIZE_INVALID_SIZED_FIELD": ErrorCode(
        "`@listSize(sizedFields:)` names a field that does not exist or is no list.",
        "Name list fields of the field's type.",
    ),
    "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE": ErrorCode(
        "`@authenticated`, `@requiresScopes` or `@policy` is applied to an interface, its field, or an interface "
        "object.",
        "Apply it to the implementing types and their fields; the interface inherits it.",
    ),
    "CONTEXT_NAME_INVALID": ErrorCode(
        "The name of a `@context` holds something other than letters and digits, or is missing.",
        "Use a name of letters and digits.",
    ),
    "CONTEXT_NOT_SET": ErrorCode(
        "`@fromContext` names a context that no type sets, or stands where it is not allowed.",
        'Put `@context(name: "…")` on a type above the field, and `@fromContext` on an argument of an object\'s field.',
    ),
    "CONTEXT_INVALID_SELECTION": ErrorCode(
        "The selection of a `@fromContext` does not lead to exactly one field whose type fits the argument.",
        "Select one leaf field of the argument's type on every type that sets the context.",
    ),
    "NO_CONTEXT_IN_SELECTION": ErrorCode(
        "The field of a `@fromContext` names no context.", 'Start it with the context: `field: "$user { id }"`.'
    ),
    "CONTEXT_NO_RESOLVABLE_KEY": ErrorCode(
        "A type with a field that uses `@fromContext` has no resolvable key.", "Give the type a `@key`."
    ),
    # --- merging ---
    "NO_QUERIES": ErrorCode("No subgraph has a query field.", "Add a field to `type Query` of a subgraph."),
    "TYPE_KIND_MISMATCH": ErrorCode(
        "One name is of different kinds in different subgraphs.", "Rename one, or make them the same kind."
    ),
    "EXTENSION_WITH_NO_BASE": ErrorCode(
        "A type is extended everywhere and defined nowhere.", "Define it in the subgraph that owns it."
    ),
    "FIELD_TYPE_MISMATCH": ErrorCode(
        "A field has types in different subgraphs that no one type covers.", "Use the same type everywhere."
    ),
    "FIELD_ARGUMENT_TYPE_MISMATCH": ErrorCode(
        "An argument has types in different subgraphs that no one type satisfies.", "Use the same type everywhere."
    ),
    "INPUT_FIELD_DEFAULT_MISMATCH": ErrorCode(
        "An input field has different defaults in different subgraphs.", "Use one default everywhere."
    ),
    "FIELD_ARGUMENT_DEFAULT_MISMATCH": ErrorCode(
        "An argument has different defaults in different subgraphs.", "Use one default everywhere."
    ),
    "EXTERNAL_TYPE_MISMATCH": ErrorCode(
        "An external field is declared with another type than the subgraphs that resolve it.",
        "Copy the type from the owning subgraph.",
    ),
    "EXTERNAL_ARGUMENT_MISSING": ErrorCode(
        "An external field lacks an argument it has where it is resolved.",
        "Copy the arguments from the owning subgraph.",
    ),
    "EXTERNAL_ARGUMENT_TYPE_MISMATCH": ErrorCode(
        "An external field's argument has another type than where it is resolved.",
        "Copy the arguments from the owning subgraph.",
    ),
    "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH": ErrorCode(
        "An external field's argument has another default than where it is resolved.",
        "Copy the arguments from the owning subgraph.",
    ),
    "EXTERNAL_MISSING_ON_BASE": ErrorCode(
        "A field is external wherever it is declared.", "Resolve it in one subgraph: remove `@external` there."
    ),
    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL": ErrorCode(
        "A directive that is carried into the supergraph is applied to an external field.",
        "Apply it where the field is resolved.",
    ),
    "INVALID_FIELD_SHARING": ErrorCode(
        "A field is resolved by several subgraphs, and not shareable in all of them.",
        "Mark it `@shareable` in each, or let one subgraph resolve it (`@override`, `@external`).",
    ),
    "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH": ErrorCode(
        "An argument is required in one subgraph and missing in another.",
        "Add it everywhere, or make it optional where it is.",
    ),
    "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH": ErrorCode(
        "An input field is required in one subgraph and missing in another.",
        "Add it everywhere, or make it optional where it is.",
    ),
    "EMPTY_MERGED_INPUT_TYPE": ErrorCode(
        "The definitions of an input type have no field in common.", "Add a common field, or rename one of the types."
    ),
    "EMPTY_MERGED_ENUM_TYPE": ErrorCode(
        "The definitions of an enum used as input have no value in common.",
        "Add a common value, or rename one of the enums.",
    ),
    "ENUM_VALUE_MISMATCH": ErrorCode(
        "An enum used as input and output has different values in different subgraphs.",
        "Define the same values everywhere; hide a new one with `@inaccessible` until all have it.",
    ),
    "INTERFACE_FIELD_NO_IMPLEM": ErrorCode(
        "A type of the supergraph lacks a field of an interface it implements.",
        "Add the field to the implementation in some subgraph.",
    ),
    "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE": ErrorCode(
        "A subgraph gives an interface a resolvable key without defining all implementations.",
        "Define every implementation there, or mark the key `resolvable: false`.",
    ),
    "OVERRIDE_FROM_SELF_ERROR": ErrorCode(
        "`@override(from:)` names its own subgraph.", "Name the subgraph the field is taken from."
    ),
    "OVERRIDE_SOURCE_HAS_OVERRIDE": ErrorCode(
        "A field is overridden from a subgraph that overrides it itself.", "Leave `@override` in one subgraph only."
    ),
    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE": ErrorCode(
        "`@override` meets `@external`, `@provides` or `@requires` on the same field.",
        "Remove one of the two, here or in the overridden subgraph.",
    ),
    "OVERRIDE_ON_INTERFACE": ErrorCode(
        "`@override` is applied to a field of an interface or an interface object.",
        "Apply it to the fields of the implementing types.",
    ),
    "OVERRIDE_LABEL_INVALID": ErrorCode(
        "The `label` of an `@override` is malformed.",
        "Start it with a letter (letters, digits, `_-:./` may follow), or write `percent(25)`.",
    ),
    "LINK_IMPORT_NAME_MISMATCH": ErrorCode(
        "A directive that is carried into the supergraph is imported under different names.",
        "Import it under one name everywhere.",
    ),
    "DIRECTIVE_COMPOSITION_ERROR": ErrorCode(
        "`@composeDirective` names a directive that cannot be composed.",
        "Name a directive, with its `@`, that is defined and imported from one linked feature in every subgraph.",
    ),
    "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS": ErrorCode(
        "An argument is set from context in one subgraph and required in another.",
        "Use `@fromContext` everywhere, or make the argument optional.",
    ),
    "MISSING_TRANSITIVE_AUTH_REQUIREMENTS": ErrorCode(
        "A field reads others by `@requires` or `@fromContext` that demand more than it does.",
        "Repeat the access directives of the fields it reads.",
    ),
    "REFERENCED_INACCESSIBLE": ErrorCode(
        "A visible element has an inaccessible type.", "Make the element inaccessible as well, or the type visible."
    ),
    "DEFAULT_VALUE_USES_INACCESSIBLE": ErrorCode(
        "A visible default uses an inaccessible enum value or input field.", "Choose another default."
    ),
    "QUERY_ROOT_TYPE_INACCESSIBLE": ErrorCode(
        "The query root is inaccessible.", "Remove `@inaccessible` from it; hide fields instead."
    ),
    "REQUIRED_INACCESSIBLE": ErrorCode(
        "A required argument or input field is inaccessible, while what it belongs to is visible.",
        "Give it a default, make it optional, or hide the whole.",
    ),
    "IMPLEMENTED_BY_INACCESSIBLE": ErrorCode(
        "A visible field or argument of an interface is inaccessible in an implementation.",
        "Hide it in the interface as well, or nowhere.",
    ),
    "DISALLOWED_INACCESSIBLE": ErrorCode(
        "`@inaccessible` is applied to something that cannot be hidden: a built-in, an element of a specification, "
        "an argument of a schema directive.",
        "Remove it there.",
    ),
    "ONLY_INACCESSIBLE_CHILDREN": ErrorCode(
        "A visible type has nothing but inaccessible fields, values or members.",
        "Hide the type as well, or leave something visible.",
    ),
    # --- after merging ---
    "SATISFIABILITY_ERROR": ErrorCode(
        "A query that the supergraph allows cannot be answered by the subgraphs.",
        "Give the type a key the subgraphs share, or make the field shareable where it is needed.",
    ),
    "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES": ErrorCode(
        "The subgraphs that resolve a shared field have no runtime type of it in common.",
        "Let them return common types, or resolve the field in one subgraph.",
    ),
    "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED": ErrorCode(
        "Checking that every query can be answered was given up after its budget of states.",
        "Raise the budget, or reduce the number of subgraphs that share fields.",
    ),
}
