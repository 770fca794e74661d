"""Tests of the OpenConfig dialect."""

import pytest

pytest.register_assert_rewrite("tests.drivers.switch.openconfig.conformance")
