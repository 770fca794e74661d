from __future__ import annotations

import warnings
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from reconciler.spec.scalars import Duration, Network, SizeMib, VlanIds, parse_duration, render_duration


class Sample(BaseModel):
    size: SizeMib
    walltime: Duration
    range: Network
    vlans: VlanIds


@pytest.mark.parametrize(
    ("size", "walltime", "addresses", "vlans"),
    [
        ("512MiB", "4h", "10.136.16.0/20", "700-719"),
        ("4GiB", "1d12h", "10.0.0.0/8", "4-9,16"),
        ("2TiB", "90s", "10.0.0.1/32", "2"),
    ],
)
def test_json_has_values_as_people_write_them_and_reads_back_the_same(
    size: str, walltime: str, addresses: str, vlans: str
) -> None:
    sample = Sample.model_validate({"size": size, "walltime": walltime, "range": addresses, "vlans": vlans})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dumped = sample.model_dump(mode="json")
        text = sample.model_dump_json()
    assert (dumped["size"], dumped["range"], dumped["vlans"]) == (size, addresses, vlans)
    assert Sample.model_validate(dumped) == Sample.model_validate_json(text) == sample


@given(st.integers(0, 10**8))
def test_a_duration_reads_back_as_it_was(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(render_duration(duration)) == duration
