"""Did you mean …?"""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from reconciler.spec.text import quote


def suggest(word: str, known: Collection[str]) -> str:
    """A hint: the nearest known name, else the names there are (a few of them), else nothing."""
    by_fold = {name.casefold().replace("_", "").replace("-", ""): name for name in known}
    folded = word[:100].casefold().replace("_", "").replace("-", "")
    near = get_close_matches(folded, by_fold, n=1, cutoff=0.6)
    if near:
        return f"did you mean {quote(by_fold[near[0]])}?"
    if not known:
        return ""
    listed = sorted(known)
    more = f" and {len(listed) - 8} more" if len(listed) > 8 else ""
    return f"there is {', '.join(listed[:8])}{more}"


def name_some(names: Collection[str], most: int = 8) -> str:
    """Names for a message: the first few, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
