"""Python source written line by line and made into a function.

Rule 1  Nothing of a plan is ever pasted into the source: names, keys and types enter as constants, `k0`, `k1` …, which
        the source mentions by index. What a client or a subgraph calls itself can not become code.
Rule 2  Generated code is right or gives up: at the first value that does not fit it raises one of `GIVES_UP`, and the
        interpreter does the work again from the start. It keeps nothing between calls.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from gateway.executor.frames import MISSING
from gateway.executor.leaves import BUILT_IN, Inexact, Unfit, exact, lossy
from gateway.executor.representations import ABSENT, Part, part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class GiveUp(Exception):  # noqa: N818 - a signal between generated code and its caller
    """A value does not fit what the code was generated for."""


GIVES_UP: Final = (GiveUp, Unfit, KeyError, TypeError, AttributeError)
"""What generated code raises: reading a key of what is no object is a TypeError, a missing key a KeyError.

`Inexact` is none of them: the interpreter would have to raise it again.
"""


def zipped(values: tuple[Any, ...], depth: int) -> Any:
    """Join the values of several sources: None, a tuple of objects, or lists of them as long as the first.

    Absent objects are `MISSING`.
    """
    first = next((value for value in values if value is not None), None)
    if first is None:
        return None
    if depth == 0:
        return tuple(MISSING if value is None else value for value in values)
    if any(value is not None and value.__class__ is not list for value in values):
        raise GiveUp
    return [
        zipped(tuple(v[at] if v is not None and at < len(v) else None for v in values), depth - 1)
        for at in range(len(first))
    ]


def built(build: Callable[..., Any], value: Any, depth: int, absent: Any) -> Any:
    """Build a nested value of a representation: `build` for each object, `absent` for a null."""
    if value is None:
        return absent
    if depth == 0:
        return build(*value) if value.__class__ is tuple else build(value)
    if value.__class__ is not list:
        raise GiveUp
    items = [built(build, item, depth - 1, absent) for item in value]
    return ABSENT if any(item is ABSENT for item in items) else items


def listed(value: Any, levels: tuple[bool, ...], coerce: Callable[[Any], Any]) -> list[Any]:
    """A list of leaves: for each level whether its items may be null, and every leaf by `coerce`."""
    if value.__class__ is not list:
        raise GiveUp
    if None in value and not levels[0]:
        raise GiveUp
    if len(levels) > 1:
        return [None if item is None else listed(item, levels[1:], coerce) for item in value]
    return [None if item is None else coerce(item) for item in value]


def exact_part(value: Any) -> Part:
    """One value as part of a key; raises `Inexact` where digits may have been lost."""
    if lossy(value):
        raise Inexact
    return part(value)


SHARED: Final = {
    "M": MISSING,
    "ABSENT": ABSENT,
    "GiveUp": GiveUp,
    "part": exact_part,
    "zipped": zipped,
    "built": built,
    "listed": listed,
    "exact": exact,
    **{f"as_{name}": coerce for name, coerce in BUILT_IN.items()},
    "LIST": list,
    "STR": str,
    "INT": int,
    "FLOAT": float,
    "DICT": dict,
    "isa": isinstance,
}
"""Names that every generated function may use."""


class Source:
    """Lines under way, and the constants they mention.

    The result is one function `run(roots, tables)`: first the outer variables, then the definitions, then the body.
    """

    def __init__(self) -> None:
        self._body: list[str] = []
        self._definitions: list[str] = []
        self._lines = self._body
        self._level = 1
        self._names = 0
        self._values: list[dict[str, str]] = [{}]
        self._known: dict[Any, str] = {}
        self.constants: dict[str, Any] = {}
        self.outer: dict[str, str] = {}

    @property
    def level(self) -> int:
        """Indentation of the next line."""
        return self._level

    @property
    def position(self) -> int:
        """How many lines there are where lines are being added."""
        return len(self._lines)

    def mentions(self, text: str, since: int) -> bool:
        """Whether a line added here after `since` contains the text at the start of a word."""
        return any(f" {text}" in line or f"({text}" in line for line in self._lines[since:])

    def constant(self, value: Any) -> str:
        """The name under which the source knows `value`; equal values have one name."""
        key = (value.__class__, value)
        name = self._known.get(key)
        if name is None:
            name = self._known[key] = f"k{len(self._known)}"
            self.constants[name] = value
        return name

    def fresh(self, prefix: str) -> str:
        """A variable's name that nothing else has."""
        self._names += 1
        return f"{prefix}{self._names}"

    def outside(self, name: str, made: str) -> str:
        """An outer variable, made once at the start of a run."""
        self.outer[name] = made
        return name

    def line(self, text: str) -> None:
        """Add one line."""
        self._lines.append(" " * self._level + text)

    def assign(self, prefix: str, expression: str) -> str:
        """A fresh variable with this value."""
        name = self.fresh(prefix)
        self.line(f"{name} = {expression}")
        return name

    def value(self, prefix: str, expression: str) -> str:
        """A variable with this value, which never changes: the one that has it already, or a fresh one."""
        for known in self._values:
            if expression in known:
                return known[expression]
        name = self._values[-1][expression] = self.assign(prefix, expression)
        return name

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """A line that opens a block, and the block."""
        self.line(opening)
        self._level += 1
        self._values.append({})
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self.line("pass")
        self._values.pop()
        self._level -= 1

    @contextmanager
    def definition(self, name: str, parameters: list[str]) -> Iterator[None]:
        """A function beside the body, written while something else is being written."""
        lines, level, values = self._lines, self._level, self._values
        self._lines, self._level, self._values = [], 1, [{}]
        with self.block(f"def {name}({', '.join(parameters)}):"):
            yield
        self._definitions += self._lines
        self._lines, self._level, self._values = lines, level, values

    @property
    def text(self) -> str:
        """The source; for people and for tests."""
        outer = [f" {name} = {made}" for name, made in self.outer.items()]
        return "\n".join(["def run(roots, tables):", *outer, *self._definitions, *self._body, ""])

    def function(self) -> Callable[..., Any]:
        """Compile, and give out `run`."""
        namespace: dict[str, Any] = {**SHARED, **self.constants}
        exec(compile(self.text, "<program>", "exec"), namespace)  # noqa: S102 - Rule 1 says why this is safe
        run: Callable[..., Any] = namespace["run"]
        return run
