"""A script is cut into its statements."""

from __future__ import annotations

from reconciler.store.sql import statements


def test_a_script_is_cut_where_a_line_ends_with_a_semicolon() -> None:
    assert [s.strip() for s in statements("\n  CREATE TABLE a (\n    b TEXT\n  ) STRICT;\n  DROP TABLE c;\n  ")] == [
        "CREATE TABLE a (\n    b TEXT\n  ) STRICT",
        "DROP TABLE c",
    ]


def test_what_a_trigger_does_is_a_part_of_it() -> None:
    trigger = "CREATE TRIGGER t BEFORE UPDATE ON a BEGIN SELECT RAISE(ABORT, 'no'); END"
    assert statements(f"{trigger};\nDROP TABLE a;") == [trigger, "DROP TABLE a"]


def test_the_last_statement_needs_no_semicolon() -> None:
    assert statements("DROP TABLE a") == ["DROP TABLE a"]
