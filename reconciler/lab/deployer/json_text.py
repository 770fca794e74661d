"""JSON and node lists as the server prints them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

_NUMBERED = re.compile(r"(.*?-)([0-9]+)(\..*|)\Z")


def render_json(value: object, depth: int = 0) -> str:
    """Two blanks a level, and an empty line in an empty list: Ruby's ``pretty_generate`` of the time."""
    pad, inner = "  " * depth, "  " * (depth + 1)
    if isinstance(value, Mapping):
        entries = [f"{inner}{json.dumps(key)}: {render_json(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + "".join(f"{entry}{',' if entry is not entries[-1] else ''}\n" for entry in entries) + f"{pad}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [f"{inner}{render_json(item, depth + 1)}" for item in value]
        return "[\n" + ",\n".join(items) + f"\n{pad}]"
    return json.dumps(value, ensure_ascii=False)


def fold_nodes(nodes: Iterable[str]) -> str:
    """``chicon-[1-2,5].lille.grid5000.fr``, as the logs name groups of nodes."""
    groups: dict[tuple[str, str], list[int]] = {}
    plain: list[str] = []
    for node in nodes:
        match = _NUMBERED.match(node)
        if match:
            groups.setdefault((match[1], match[3]), []).append(int(match[2]))
        else:
            plain.append(node)
    folded = [f"{head}{_fold_numbers(sorted(numbers))}{tail}" for (head, tail), numbers in sorted(groups.items())]
    return ",".join([*folded, *sorted(plain)])


def _fold_numbers(numbers: list[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    if len(numbers) == 1:
        return str(numbers[0])
    return "[" + ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) + "]"
