"""Every field of a spec in another state, found by introspection: nobody has to list what a driver must not forget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple, get_type_hints

_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")


class Variation(NamedTuple):
    """``field`` is a path of names, ``nics.mac``; ``spec`` is as the one varied but for that field."""

    field: str
    spec: Any


def variations(spec: Any, pool: tuple[Any, ...] = (), own: Mapping[str, Any] | None = None) -> Iterator[Variation]:
    """One for each field that counts in a comparison.

    ``own`` gives the state that differs in a field; else a value that another state in ``pool`` has, or a made-up one.
    A tuple of records is varied in its first record's fields, and by one record less.
    """
    given = own or {}
    hints = get_type_hints(type(spec))
    for field in fields(spec):
        if not field.compare:
            continue
        value = getattr(spec, field.name)
        others = [each for each in (getattr(state, field.name, value) for state in pool) if each != value]
        if field.name in given:
            yield Variation(field.name, given[field.name])
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            yield Variation(field.name, replace(spec, **{field.name: value[1:]}))
        else:
            chosen = others[0] if others and not isinstance(value, tuple) else other_than(value, hints[field.name])
            yield Variation(field.name, replace(spec, **{field.name: chosen}))
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            for inner in variations(value[0]):
                path = f"{field.name}.{inner.field}"
                made_up = replace(spec, **{field.name: (inner.spec, *value[1:])})
                yield Variation(path, given.get(path, made_up))


def other_than(value: Any, hint: Any) -> Any:
    """A value of the same type, valid wherever the first one is."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() if _MAC.fullmatch(value):
            return f"{value[:-2]}{(int(value[-2:], 16) + 1) % 256:02x}"
        case str():
            return f"{value}2"
        case None:
            return 5 if "int" in str(hint) else "2"
        case tuple() if value:
            return (*value[:-1], other_than(value[-1], hint))
        case tuple() if "tuple[int" in str(hint):
            return (705,)
        case tuple() if "tuple[str" in str(hint):
            return ("2",)
    raise AssertionError(f"no other value than {value!r} is known for {hint}; give the state in the simulator's VARIED")
