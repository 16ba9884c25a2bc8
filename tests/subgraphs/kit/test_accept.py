"""Which form of answer an Accept header asks for."""

from __future__ import annotations

import pytest

from subgraphs.kit.accept import Form, form_of
from subgraphs.kit.errors import NotAcceptable

CHOSEN = {
    None: Form.JSON,
    "": Form.JSON,
    "*/*": Form.JSON,
    "application/*": Form.JSON,
    "application/json": Form.JSON,
    "application/graphql-response+json": Form.GRAPHQL,
    "application/graphql-response+json, application/json": Form.GRAPHQL,
    "application/json, application/graphql-response+json": Form.JSON,
    "application/json;q=0.5, application/graphql-response+json;q=0.6": Form.GRAPHQL,
    "text/event-stream, application/json": Form.JSON,
    "text/event-stream": Form.EVENTS,
    "text/event-stream, application/json;q=0.5": Form.JSON,
    "image/png, */*;q=0.1": Form.JSON,
    "APPLICATION/JSON; charset=utf-8": Form.JSON,
}


@pytest.mark.parametrize(("accept", "form"), CHOSEN.items())
def test_a_form_is_chosen(accept, form):
    assert form_of(accept) is form


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "x", "application/json;q=nonsense", ","])
def test_what_cannot_be_made_is_refused(accept):
    with pytest.raises(NotAcceptable):
        form_of(accept)
