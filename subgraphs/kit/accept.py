"""Which form of answer an Accept header asks for."""

from __future__ import annotations

from enum import Enum

from subgraphs.kit.errors import NotAcceptable


class Form(Enum):
    """Forms of answer, the preferred first among equals."""

    JSON = "application/json"
    GRAPHQL = "application/graphql-response+json"
    EVENTS = "text/event-stream"


def form_of(accept: str | None) -> Form:
    """The form with the highest quality; application/json when the header is missing or takes anything.

    Between equals a named type beats a wildcard, the one named first beats the others. An event stream is chosen only
    where no JSON is allowed: clients that can do both list it with every request, and it is for subscriptions alone.
    Raises  `NotAcceptable` when none of the three may be sent.
    """
    if accept is None or not accept.strip():
        return Form.JSON
    best: tuple[bool, float, bool, int] | None = None
    chosen: Form | None = None
    refused: set[Form] = set()
    for position, part in enumerate(accept.split(",")[:64]):
        media, _, rest = part.partition(";")
        quality = _quality(rest)
        named = _named(media.strip().lower())
        if named is None:
            continue
        form, exact = named
        if quality <= 0:
            if exact:
                refused.add(form)
            continue
        rank = (form is not Form.EVENTS, quality, exact, -position)
        if best is None or rank > best:
            best, chosen = rank, form
    if chosen is None or chosen in refused:
        raise NotAcceptable(f"Accept must allow one of {', '.join(form.value for form in Form)}")
    return chosen


def _named(media: str) -> tuple[Form, bool] | None:
    """The form a media range means and whether it names it; None when it is none of ours."""
    if media in {"*/*", "application/*"}:
        return Form.JSON, False
    if media == "text/*":
        return Form.EVENTS, False
    try:
        return Form(media), True
    except ValueError:
        return None


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
