"""S8, S9 and S28: documents are read within limits, and nothing in them is taken for something else."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.errors import SpecError
from reconciler.spec import scalars
from reconciler.spec.load import load
from tests.spec.samples import IMAGES, SITES, SOUND


def codes(text: str) -> set[str]:
    """What is wrong with a document; every complaint has its place."""
    try:
        load({**SITES, **IMAGES, "f": text})
    except SpecError as error:
        assert all(d.span is not None and d.span.line >= 1 and d.span.column >= 1 for d in error.diagnostics)
        return {d.code for d in error.diagnostics if d.span is not None and d.span.file == "f"}
    return set()


def with_vm(**fields: str) -> str:
    """The sound document with fields of its VM group written differently, as YAML."""
    text = SOUND
    for name, value in fields.items():
        found = re.search(rf"(?<=vm, )(.*?)\b{name}: [^,}}]+", text)
        text = (
            text.replace(found[0], f"{found[1]}{name}: {value}")
            if found
            else text.replace("name: vm,", f"name: vm, {name}: {value},")
        )
    return text


HOSTILE = {
    "aliases": ("a: &a [x]\nb: *a\n", "S106"),
    "an alias of itself": ("a: &a [*a]\n", "S106"),
    "merge keys": ("a: &a {k: v}\nb: {<<: *a}\n", "S109"),
    "a python object": ("!!python/object/apply:os.system [id]\n", "S107"),
    "any tag": ("a: !x y\n", "S107"),
    "a directive": ("%YAML 1.1\n---\na: b\n", "S108"),
    "a key twice": ("a: b\na: c\n", "S110"),
    "a key that is a list": ("[a]: b\n", "S111"),
    "NUL": ('a: "\\0"\n', "S118"),
    "an escape": ('a: "\\e[31m"\n', "S118"),
    "right-to-left": ("a: \u202eb\n", "S102"),
    "33 levels": ("[" * 33 + "]" * 33, "S104"),
    "20,001 values": ("[" + "1," * 20_001 + "]", "S105"),
    "300 KiB": ("#" * 300 * 1024, "S101"),
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_s08_a_file_beyond_the_limits_is_refused_at_its_place_and_at_once(text: str, code: str) -> None:
    started = time.process_time()
    found = codes(text)
    assert time.process_time() - started < 2
    assert code in found


LOOSE = {
    "a boolean for a number": ("count", "true"),
    "text for a number": ("count", '"4"'),
    "a fraction for a number": ("count", "4.0"),
    "a fraction for a whole": ("count", "4.5"),
    "a number for text": ("image", "10"),
    "a boolean for text": ("image", "true"),
    "nothing for text": ("image", "null"),
    "a list for text": ("image", "[tiny]"),
    "a number for a size": ("memory", "256"),
    "a size without its unit": ("memory", '"256"'),
    "an unknown field": ("cuont", "4"),
    "an unknown field in another case": ("Count", "4"),
    "minus one": ("count", "-1"),
    "a million": ("count", "1000000"),
    "an old boolean": ("image", "yes"),
    "a date": ("image", "2024-01-01"),
    "octal": ("count", "010"),
    "hexadecimal": ("count", "0x10"),
    "base 60": ("image", "12:30:45"),
    "infinity": ("count", ".inf"),
    "not a number": ("count", ".nan"),
    "an exponent": ("count", "1e3"),
}


@pytest.mark.parametrize(("field", "value"), LOOSE.values(), ids=LOOSE)
def test_s09_a_value_of_another_type_or_an_unknown_field_is_refused(field: str, value: str) -> None:
    assert codes(with_vm(**{field: value}))


def test_s09_the_document_that_these_vary_is_sound() -> None:
    assert codes(SOUND) == set() == codes(with_vm(count="5"))


@pytest.mark.parametrize(
    "network", ["1", '"10.0.0.1/24"', '"10.0.0.0"', '"010.0.0.0/8"', '"10.0.0.0/33"', '"::/0"', "0"]
)
def test_s09_a_network_is_a_whole_ipv4_range_with_its_length(network: str) -> None:
    assert codes(SOUND.replace("sites: [lille]", f"sites: [lille], addresses: {network}"))


# -- numbers and patterns ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["9" * 100_000, "-" + "9" * 5000, "9" * 16], ids=["10^5 digits", "5000", "16"])
def test_s28_a_number_too_long_is_refused_at_once(number: str) -> None:
    started = time.process_time()
    assert "S117" in codes(with_vm(count=number))
    assert time.process_time() - started < 1


def patterns() -> Iterator[Any]:
    for name, value in sorted(vars(scalars).items()):
        if isinstance(value, re.Pattern):
            yield pytest.param(value, id=name)
    for index, pattern in enumerate(sorted(scalars.MEANINGS)):
        yield pytest.param(re.compile(pattern), id=f"published-{index}")
    root = Path(scalars.__file__).parents[1]
    for file in sorted(root.rglob("*.py")):
        if not {"lab", "importers", "drawing"} & set(file.relative_to(root).parts):
            for index, source in enumerate(
                re.findall(r're\.compile\(\s*rb?"((?:[^"\\]|\\.)*)"\s*[,)]', file.read_text())
            ):
                yield pytest.param(re.compile(source), id=f"{file.stem}-{index}")


STRETCHED = [
    seed * 20_000 + end for seed in ("a", "a-", "1", "1,", "/a", "a.", ":", " ", "1d", "aa:", "(a") for end in ("", "!")
]


@pytest.mark.parametrize("pattern", list(patterns()))
def test_s28_no_pattern_takes_long_over_a_text_made_to_make_it_backtrack(pattern: re.Pattern[str]) -> None:
    started = time.process_time()
    for text in STRETCHED:
        pattern.match(text)
    assert time.process_time() - started < 2


def test_s28_a_trailing_newline_is_no_part_of_a_name() -> None:
    """To Python's ``$`` it would be; names reach commands."""
    document = {"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": "a\n"}, "spec": {}}
    assert codes(json.dumps(document))
