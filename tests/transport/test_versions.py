"""The oldest libraries that may meet a device."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Refused
from reconciler.transport.versions import OLDEST, require


@pytest.mark.parametrize("library", sorted(OLDEST))
def test_the_oldest_that_is_trusted_will_do(library: str) -> None:
    require(library, ".".join(map(str, OLDEST[library])))


@pytest.mark.parametrize(("library", "version"), [("lxml", "6.0.9"), ("paramiko", "5.0.1"), ("httpcore2", "2.9")])
def test_an_older_one_is_refused_by_name_and_number(library: str, version: str) -> None:
    with pytest.raises(Refused, match=rf"{library} {version} is older"):
        require(library, version)


@pytest.mark.parametrize(("library", "version"), [("lxml", "6.1.3.0"), ("paramiko", "10.0"), ("psycopg", "3.3.1")])
def test_a_later_one_will_do(library: str, version: str) -> None:
    require(library, version)


def test_of_a_library_whose_insides_we_replace_only_one_version_will_do() -> None:
    with pytest.raises(Refused, match=r"ncclient 0\.7\.2 is not 0\.7\.1"):
        require("ncclient", "0.7.2")
