"""Documents in one layout: equal to what they were, or refused at a place."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest
import ruamel.yaml
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.model.errors import SpecError
from reconciler.spec.layout import lay_out
from reconciler.spec.read import find_comments, read

ROOT = Path(__file__).parents[2]
OURS = sorted([*(ROOT / "examples").glob("*.yaml"), *(ROOT / "specs").rglob("*.yaml")])


@pytest.mark.parametrize("file", OURS, ids=lambda file: str(file.relative_to(ROOT)))
def test_our_own_documents_are_in_the_lay_out(file: Path) -> None:
    text = file.read_text()
    assert lay_out(text, file.name) == text


def test_comments_order_and_meaning_are_kept() -> None:
    text = "# why\nb:   [1,  2]\na:\n - x   # here\n - {k:   'v'}\n"
    new = lay_out(text, "f.yaml")
    assert new == "# why\nb: [1, 2]\na:\n  - x # here\n  - {k: 'v'}\n" or "# here" in new
    assert yaml.safe_load(new) == yaml.safe_load(text)
    assert list(yaml.safe_load(new)) == ["b", "a"]
    assert lay_out(new, "f.yaml") == new


def test_what_is_not_valid_is_left_alone() -> None:
    with pytest.raises(SpecError):
        lay_out("a: [1\n", "f.yaml")


def refusal(text: str) -> str:
    with pytest.raises(SpecError) as caught:
        lay_out(text, "f.yaml")
    (found,) = caught.value.diagnostics
    assert found.hint
    return f"{found.span} {found.code} {found.summary}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: x\t# why\n", "f.yaml:2:5 S122 valid, but fmt cannot rewrite it: found character '\\t' that cannot"),
        (
            "a:\t1\n",
            "f.yaml:1:3 S122 valid, but fmt cannot rewrite it: found character '\\t' that cannot start any token",
        ),
        ("a: |#x\n  b\n", "f.yaml:1:5 S122 valid, but fmt cannot rewrite it: expected chomping"),
        ("a: |\t# x\n  b\n", "f.yaml:1:5 S122 valid, but fmt cannot rewrite it: expected chomping"),
        ("a: [1, # one\n  2]\n", 'f.yaml:1:8 S122 fmt would lose or move the comment "# one"'),
        ("a: {b: 1, # one\n  c: 2}\n", 'f.yaml:1:11 S122 fmt would lose or move the comment "# one"'),
        ("a: 1\n---\n>\n {", "f.yaml:3:1 S122 valid, but fmt would change its meaning"),
        ("a: 1\n---\n#x\n  [a:b]", "f.yaml:4:3 S122 valid, but fmt cannot rewrite it: IndexError"),
    ],
)
def test_what_the_writer_cannot_take_is_refused_at_its_place(text: str, said: str) -> None:
    assert not read(text, "f").diagnostics
    assert refusal(text).startswith(said)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n# nothing\n---\n"])
def test_a_text_without_a_document_stays_as_it_is(text: str) -> None:
    assert lay_out(text, "f.yaml") == text


def test_a_mark_in_front_and_the_line_ends_of_windows_are_no_part_of_the_layout() -> None:
    assert lay_out("\ufeffa: 1 # x\r\nb: 2\r\n", "f.yaml") == "a: 1 # x\nb: 2\n"


def test_blank_lines_that_the_writer_takes_off_one_at_a_time_are_off_at_once() -> None:
    new = lay_out("\n\na: 1\n", "f.yaml")
    assert lay_out(new, "f.yaml") == new


def test_a_large_site_has_as_many_values_as_its_size_allows() -> None:
    text = "a:\n" + "  - [b, c]\n" * 8_000
    assert lay_out(text, "f.yaml") == text


def _exception_classes() -> list[type[Exception]]:
    modules = [importlib.import_module(f"ruamel.yaml.{found.name}") for found in _modules()]
    names = {item for module in modules for item in vars(module).values() if isinstance(item, type)}
    own = {item for item in names if issubclass(item, Exception) and item.__module__.startswith("ruamel.")}
    builtin = {AssertionError, AttributeError, IndexError, KeyError, NotImplementedError, OverflowError}
    return sorted(own | builtin | {RecursionError, TypeError, ValueError}, key=str)


def _modules() -> list[pkgutil.ModuleInfo]:
    skipped = {"cyaml", "clibz", "configobjwalker"}  # these import what is not installed, or warn
    return [found for found in pkgutil.iter_modules(ruamel.yaml.__path__) if found.name not in skipped]


@pytest.mark.parametrize("method", ["load_all", "dump_all"])
@pytest.mark.parametrize("error", _exception_classes(), ids=lambda error: error.__name__)
def test_whatever_the_writer_throws_has_a_place(
    error: type[Exception], method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    thrown = error.__new__(error)  # each takes its own arguments, and some may be thrown without any of them

    def throw(*_: object) -> None:
        raise thrown

    monkeypatch.setattr(ruamel.yaml.YAML, method, throw)
    assert refusal("\n  a: 1\n").startswith("f.yaml:2:3 S122 valid, but fmt cannot rewrite it: ")


_SIGNS = "a|b: |c: |- |? |[|]|{|}|,|:|\t|\t#|#|# c| |  |\n|\n  |\n- |\n    |\r\n|---|...|--- |\n---\n|&a |*a|!t |<<: "
_MORE = "|>|>-\n  |>+|'|\"|\\|\\x41|\\ud800|\\e|é|世|\x85|\u2028|\U0001f600|\ufeff|@|`|?x|:x|-x|a:b|http://x|[a:b]"
_WHOLE = '|{a: b}|"k":v|a: b: c|~|1|+5|yes| #x|key: value\n|- - a\n|x: 1 # c\n|y:\n  # c\n  - 1\n'
_FRAGMENTS = [*(_SIGNS + _MORE + _WHOLE).split("|"), "|", "|-\n", "|2\n"]
_SOUP = st.lists(st.sampled_from(_FRAGMENTS), max_size=14).map("".join)
_PLAIN = st.sampled_from(
    ["1", "x", "'it''s'", '"a\\tb"', "[a, {k: v}]", "a:b", "word " * 40, "{a: [], b: {}}", "=", "<x"]
)
_LINES = st.sampled_from(
    ["|\n{}  one\n{}  # no comment", ">-\n{}  one\n{}  two", "|+\n{}  x\n\n", "[a,\n{}  b]", "a\n{}  b"]
)
_AFTER = st.sampled_from(["", "", "", " # c", "  #", "\t# t"])
_BEFORE = st.sampled_from(["", "", "", "# p\n", "{}# p\n", "{}    # deep\n", "\n\n", "\n# p\n\n"])


@st.composite
def _documents(draw: st.DrawFn, depth: int = 0, indent: int = 0) -> str:
    """A mapping or a list as people write them, comments and all; now and then not valid."""
    blanks, text, mapping = " " * indent, "", depth == 0 or draw(st.booleans())
    for key in draw(st.lists(st.sampled_from(["a", "b", "'c'", "on", "k e y"]), min_size=1, max_size=3, unique=True)):
        text += draw(_BEFORE).replace("{}", blanks) + blanks + (f"{key}:" if mapping else "-")
        if depth < 3 and draw(st.booleans()):
            text += draw(_AFTER) + "\n" + draw(_documents(depth + 1, indent + draw(st.sampled_from([1, 2, 4]))))
        else:
            text += " " + draw(_PLAIN | _LINES).replace("{}", blanks) + draw(_AFTER) + "\n"
    return text


_FILES = st.lists(_documents(), min_size=1, max_size=3).map("---\n".join)


@settings(deadline=None, max_examples=300)
@given(_SOUP | _FILES)
@example("a: x\t# c\n")
@example("\ufeffa: 1")
@example("\ufeff\ufeff")
def test_every_text_that_is_valid_is_laid_out_as_it_was_or_refused_at_a_place(text: str) -> None:
    before = read(text, "f")
    try:
        new = lay_out(text, "f")
    except SpecError as error:
        lines = text.count("\n") + text.count("\r") + 1
        assert error.diagnostics
        assert all(d.span and d.span.file == "f" and 1 <= d.span.line <= lines for d in error.diagnostics)
        return
    assert [tree.value for tree in read(new, "f").trees] == [tree.value for tree in before.trees]
    assert [comment.text for comment in find_comments(new)] == [comment.text for comment in find_comments(text)]
    assert lay_out(new, "f") == new
