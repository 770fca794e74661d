"""SQLite's words are put into PostgreSQL's."""

from __future__ import annotations

from reconciler.store.postgres_words import translate, translate_schema
from reconciler.store.sql import statements


def test_a_question_mark_is_a_value_and_a_percent_sign_is_itself() -> None:
    assert translate("SELECT ? WHERE a LIKE 'x%'") == "SELECT %s WHERE a LIKE 'x%%'"


def test_a_trigger_that_refuses_becomes_a_function_and_a_trigger() -> None:
    script = "CREATE TRIGGER kept BEFORE UPDATE ON a BEGIN SELECT RAISE(ABORT, 'a is kept'); END;\n"
    assert statements(translate_schema(script)) == [
        "CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a is kept'; END $$",
        "CREATE TRIGGER kept BEFORE UPDATE ON a FOR EACH STATEMENT EXECUTE FUNCTION kept()",
    ]


def test_what_may_not_be_deleted_from_may_not_be_emptied_either() -> None:
    script = "CREATE TRIGGER kept BEFORE DELETE ON a BEGIN SELECT RAISE(ABORT, 'a is kept'); END;\n"
    assert "BEFORE DELETE OR TRUNCATE ON a" in translate_schema(script)
