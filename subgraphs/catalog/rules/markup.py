"""HTML from outside, made harmless: a short list of tags, no attributes, everything else as text."""

from __future__ import annotations

import html
from html.parser import HTMLParser

ALLOWED = frozenset({"p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "h2", "h3", "h4", "blockquote"})
_VOID = frozenset({"br"})
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title"})


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - no attribute is kept
        if tag in _SILENT:
            self._silent += 1
        elif tag in ALLOWED and not self._silent:
            self.parts.append(f"<{tag}>")
            if tag not in _VOID:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in self._open and not self._silent:
            while self._open:
                last = self._open.pop()
                self.parts.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(html.escape(data, quote=False))

    def finished(self) -> str:
        """What was kept, every tag closed."""
        self.close()
        return "".join(self.parts) + "".join(f"</{tag}>" for tag in reversed(self._open))


def safe_html(markup: str) -> str:
    """The markup with allowed tags only, balanced; scripts and styles gone with their content. Safe twice as once."""
    cleaner = _Cleaner()
    cleaner.feed(markup)
    return cleaner.finished()
