"""Text that shows nowhere."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import traceback

import pytest

from reconciler.model.secret import MASK, Secret

CANARY = "canary-3f9a"


@dataclasses.dataclass(frozen=True)
class Holder:
    secret: Secret


@pytest.mark.parametrize(
    "shown",
    [
        str,
        repr,
        "{:>40}".format,
        lambda secret: f"{secret!r:.80}",
        lambda secret: f"{Holder(secret)}",
        lambda secret: str(dataclasses.asdict(Holder(secret))),
        lambda secret: json.dumps({"password": secret}, default=str),
        lambda secret: repr(pickle.dumps(secret)),
        lambda secret: copy.deepcopy(secret).reveal(),
        lambda secret: str(Exception(secret)),
        lambda secret: str({secret: [secret]}),
    ],
)
def test_shown_in_any_way_it_is_three_stars(shown) -> None:
    text = shown(Secret(CANARY))
    assert CANARY not in text and MASK in text


def test_it_goes_into_no_json_by_itself() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(Secret(CANARY))


def test_who_sends_it_has_it() -> None:
    assert Secret(CANARY).reveal() == CANARY


def test_a_traceback_with_it_as_an_argument_does_not_tell() -> None:
    try:
        int(Secret(CANARY))  # type: ignore[call-overload]
    except TypeError as error:
        assert CANARY not in "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
