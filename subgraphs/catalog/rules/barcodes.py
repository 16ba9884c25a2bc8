"""From what a scanner reads to one GTIN of fourteen digits, so that every way of writing a code finds the same variant.

Read are (GS1 General Specifications, and GS1 Digital Link: URI syntax):

    EAN-8, UPC-A, EAN-13, GTIN-14     8, 12, 13 or 14 digits with their check digit
    UPC-E                             8 digits from 0 or 1 that are no EAN-8; expanded to UPC-A
    element strings                   (01)09520000000011(10)A7, or the same without brackets, AI 01 or 02 first
    digital links                     https://…/01/09520000000011/10/A7, or with the alias /gtin/
    AIM identifiers                   ]E0, ]E4, ]C1, ]d2, ]Q3, ]e0 in front are taken off; ]E4 says EAN-8

Spaces and hyphens between digits are what people type; they are taken out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from subgraphs.kit.scalars import gtin_check_digit

LONGEST = 2048
"""Characters of a scanned text that are looked at at all."""

_AIM = re.compile(r"\](?P<kind>[A-Za-z]\d)")
_BRACKETED = re.compile(r"\((?:01|02)\)(?P<gtin>\d{14})")
# FNC1, the separator of element strings, comes as the control character GS.
_PLAIN = re.compile(r"\x1d?(?:01|02)(?P<gtin>\d{14})(?:\D|\d{2})")
_LINK = re.compile(r"/(?:01|gtin)/(?P<gtin>\d{8}|\d{12,14})(?:/|$)")


@dataclass(frozen=True, slots=True)
class Read:
    """The code is a GTIN: fourteen digits."""

    gtin: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The text is no product code; `reason` is fit to show to a person."""

    reason: str


def read_barcode(text: str) -> Read | Unreadable:
    """What a scanned text says. Never raises, whatever the text."""
    if len(text) > LONGEST:
        return Unreadable("The code is too long")
    code = text.strip()
    aim = _AIM.match(code)
    if aim is not None:
        code = code[aim.end() :]
    if code[:8].lower().startswith(("http://", "https://")):
        return _link(code)
    found = _BRACKETED.search(code) if code.startswith("(") else _PLAIN.match(code)
    if found is not None:
        return _checked(found["gtin"])
    return _digits(code.replace(" ", "").replace("-", ""), ean8=aim is not None and aim["kind"] == "E4")


def expand_upc_e(code: str) -> str | None:
    """The UPC-A of eight UPC-E digits (number system, six digits, check digit); None when it is none.

    Source  GS1 General Specifications, section 5.2.2.4: the last of the six digits says where zeros were left out.
    """
    system, body, check = code[0], code[1:7], code[7]
    if system not in "01":
        return None
    last = body[5]
    if last in "012":
        maker, item = body[:2] + last + "00", "00" + body[2:5]
    elif last == "3":
        maker, item = body[:3] + "00", "000" + body[3:5]
    elif last == "4":
        maker, item = body[:4] + "0", "0000" + body[4]
    else:
        maker, item = body[:5], "0000" + last
    return f"{system}{maker}{item}{check}"


def _digits(code: str, *, ean8: bool) -> Read | Unreadable:
    if not code.isascii() or not code.isdigit():
        return Unreadable("This is not a product code")
    if len(code) == 8:
        read = _checked(code)
        expanded = expand_upc_e(code)
        if isinstance(read, Unreadable) and not ean8 and expanded is not None:
            return _checked(expanded)
        return read
    if len(code) not in {12, 13, 14}:
        return Unreadable(f"A product code has 8, 12, 13 or 14 digits, not {len(code)}")
    return _checked(code)


def _link(address: str) -> Read | Unreadable:
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return Unreadable("This is not a product code")
    found = _LINK.search(path)
    return Unreadable("The address names no product code") if found is None else _checked(found["gtin"])


def _checked(digits: str) -> Read | Unreadable:
    padded = digits.zfill(14)
    if not padded.isascii() or gtin_check_digit(padded[:13]) != padded[13]:
        return Unreadable("The check digit is wrong; scan the code again")
    if not padded.strip("0"):
        return Unreadable("The code is all zeros")
    return Read(padded)
