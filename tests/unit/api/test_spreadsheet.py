"""A table opens in a spreadsheet as it was meant, and nothing in it is executed."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.formats.spreadsheet import FORMULA_STARTS, attachment, to_csv


def read_back(table: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(table.decode("utf-8-sig"), newline="")))


def test_a_byte_order_mark_says_that_it_is_utf_8() -> None:
    assert to_csv(["name"], [["元日"]]) == b"\xef\xbb\xbfname\r\n" + "元日\r\n".encode()


def test_a_cell_with_a_comma_a_quote_or_a_line_end_is_still_one_cell() -> None:
    rows = [["St. Peter, and St. Paul", 'the "Day"', "two\r\nlines"]]
    table = to_csv(["a", "b", "c"], rows)
    assert read_back(table) == [["a", "b", "c"], *rows]
    assert b'"St. Peter, and St. Paul","the ""Day"""' in table


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        '=HYPERLINK("https://evil.example","click")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
    ],
)
def test_what_a_spreadsheet_would_execute_is_marked_as_text(cell: str) -> None:
    assert read_back(to_csv(["name"], [[cell]]))[1] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["New Year's Day", "2026-01-01", "'t Feest", "1 = 1", ""])
def test_what_is_harmless_stays_as_it_is(cell: str) -> None:
    assert read_back(to_csv(["name", "b"], [[cell, ""]]))[1] == [cell, ""]


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.text("=+-@'\t\r\n\",;a"))))
def test_whatever_is_in_the_cells_they_are_read_back_and_start_no_formula(
    rows: list[tuple[str, str]],
) -> None:
    _, *found = read_back(to_csv(["a", "b"], rows))
    assert len(found) == len(rows)
    for was, cells in zip(rows, found, strict=True):
        assert not any(cell.startswith(FORMULA_STARTS) for cell in cells)
        for before, after in zip(was, cells, strict=True):
            assert after in (before, f"'{before}")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (["US", "2026"], "US-2026.csv"),
        (["SE+NO+XLON", "2026"], "SE+NO+XLON-2026.csv"),
        (["AU-NSW Western", "2026"], "AU-NSW_Western-2026.csv"),
        (['x"; filename="evil.exe', "2026"], "x_filename_evil.exe-2026.csv"),
        (["a\r\nSet-Cookie: b", "2026"], "a_Set-Cookie_b-2026.csv"),
        (["../../etc/passwd", "2026"], "_.._etc_passwd-2026.csv"),
        (["Île", "2026"], "_le-2026.csv"),
    ],
)
def test_the_name_of_the_file_is_harmless(parts: list[str], name: str) -> None:
    assert attachment(*parts) == f'attachment; filename="{name}"'
