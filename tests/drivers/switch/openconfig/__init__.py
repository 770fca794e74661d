"""Tests of the switch driver."""

import pytest

pytest.register_assert_rewrite("tests.drivers.switch.openconfig.conformance")
