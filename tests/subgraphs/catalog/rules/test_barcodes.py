"""Whatever a scanner reads, one variant has one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.catalog.rules.barcodes import Read, Unreadable, expand_upc_e, read_barcode
from subgraphs.kit.scalars import gtin_check_digit


def with_check(body: str) -> str:
    """Digits with the check digit that makes them a GTIN."""
    return body + gtin_check_digit(body.zfill(13))


@pytest.mark.parametrize(
    ("scanned", "gtin"),
    [
        ("96385074", "00000096385074"),  # EAN-8
        ("036000291452", "00036000291452"),  # UPC-A
        ("4006381333931", "04006381333931"),  # EAN-13
        ("14006381333938", "14006381333938"),  # GTIN-14 of a case
        ("04252614", "00042100005264"),  # UPC-E, ends 1: 042100005264
        ("  4006381-333931 ", "04006381333931"),
        ("(01)14006381333938(10)A7", "14006381333938"),
        ("0114006381333938" + "10A7", "14006381333938"),
        ("\x1d0114006381333938" + "10A7", "14006381333938"),
        ("(02)14006381333938(37)12", "14006381333938"),
        ("]C10114006381333938" + "10A7", "14006381333938"),
        ("]E04006381333931", "04006381333931"),
        ("https://id.gs1.org/01/04006381333931/10/A7?17=271130", "04006381333931"),
        ("https://example.com/shop/gtin/4006381333931", "04006381333931"),
        ("HTTPS://ID.GS1.ORG/01/04006381333931", "04006381333931"),
    ],
)
def test_every_way_of_writing_a_code_is_read(scanned, gtin):
    assert read_barcode(scanned) == Read(gtin)


@pytest.mark.parametrize(
    "scanned",
    [
        "",
        "hello",
        "4006381333930",  # wrong check digit
        "(01)14006381333939",
        "12345",
        "00000000",
        "٤٠٠٦٣٨١٣٣٣٩٣١",  # digits, but not ASCII
        "https://example.com/p/42",
        "https://[broken/01/04006381333931",
        "4" * 5000,
        "\x00" * 13,
        "]E496385075",
    ],
)
def test_what_is_no_code_is_refused_with_a_reason(scanned):
    found = read_barcode(scanned)
    assert isinstance(found, Unreadable)
    assert found.reason


def test_an_ean_8_said_by_the_scanner_is_not_taken_for_upc_e():
    assert isinstance(read_barcode("]E404252614"), Unreadable)


@pytest.mark.parametrize(
    ("short", "long"),
    [("04252614", "042100005264"), ("01234133", "012300000413"), ("01234543", "012340000053"), ("01234565", "012345000065"), ("01234599", "012345000099")],
)  # fmt: skip
def test_upc_e_expands_by_its_last_digit(short, long):
    expanded = expand_upc_e(short)
    assert expanded is not None
    assert expanded[:-1] == long[:-1]


def test_other_number_systems_are_no_upc_e():
    assert expand_upc_e("24252614") is None


@given(st.sampled_from([7, 11, 12, 13]), st.data())
def test_any_gtin_is_read_and_reading_it_again_changes_nothing(length, data):
    body = data.draw(st.text("0123456789", min_size=length, max_size=length).filter(lambda digits: digits.strip("0")))
    read = read_barcode(with_check(body))
    assert read == Read(with_check(body).zfill(14))
    assert read_barcode(read.gtin) == read


@given(
    st.text("0123456789", min_size=12, max_size=12).filter(lambda digits: digits.strip("0")),
    st.integers(0, 12),
    st.integers(1, 9),
)
def test_one_wrong_digit_is_always_noticed(body, place, shift):
    code = with_check(body)
    wrong = str((int(code[place]) + shift) % 10)
    assert isinstance(read_barcode(code[:place] + wrong + code[place + 1 :]), Unreadable)


@given(st.text(max_size=300))
def test_no_text_raises(text):
    read_barcode(text)


@given(st.text("0123456789", min_size=12, max_size=12).filter(lambda digits: digits.strip("0")))
def test_ean_13_element_string_and_link_agree(body):
    code = with_check(body)
    assert (
        read_barcode(code)
        == read_barcode(f"(01){code.zfill(14)}(17)271130")
        == read_barcode(f"https://example.org/01/{code.zfill(14)}")
    )
