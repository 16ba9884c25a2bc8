"""What ends an import before it is done; each is one clear line on the screen and a status of 1."""

from __future__ import annotations


class ImportStopped(Exception):  # noqa: N818 - said to a person: the import was stopped
    """The feed cannot be imported; the message says what is wrong, where, and what to do."""


class FeedUnreadable(ImportStopped):
    """The file is missing, of an unknown format, or not what its format says."""
