"""The lexer and parser of xl's configuration files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.lab.host.devices import DeviceError, VirtualDisk, parse_disk, parse_vif
from reconciler.lab.host.xl_syntax import ConfigSyntaxError, parse_config


def settings(text: str) -> dict:
    return dict(parse_config(text, "x.cfg").settings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name = "a"\n', {"name": "a"}),
        ("name='a' # why\n", {"name": "a"}),
        ('a=1;b="2"', {"a": "1", "b": "2"}),
        ('vif=["x",\n "y",\n]\n', {"vif": ("x", "y")}),
        ("vif = [ ]\n", {"vif": ()}),
        ('a = "1"\na = "2"\n', {"a": "2"}),
        ('a = ["1"]\na += ["2"]\n', {"a": ("1", "2")}),
        (r'a = "x\"y\\z\n\x41\101"', {"a": 'x"y\\z\nAA'}),
        ("\n\n;;\n", {}),
        ("memory = 0x80", {"memory": "0x80"}),
    ],
)
def test_settings_are_read_as_libxlu_reads_them(text, expected):
    assert settings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'name = "a',
        "name = a\n",
        "name\n",
        '= "a"\n',
        'a = "1" "2"\n',
        'a = ["1" "2"]\n',
        'a = [\n"1"\n',
        r'a = "\q"',
        "a = $x\n",
        '"a" = 1\n',
    ],
)
def test_what_libxlu_refuses_is_refused_with_file_and_line(text):
    with pytest.raises(ConfigSyntaxError, match=r"^x\.cfg:\d+: config parsing error near `"):
        parse_config(text, "x.cfg")


def test_a_quote_in_a_name_that_nobody_escaped_becomes_a_setting():
    text = 'name = "x"; device_model_override="/tmp/evil"\n'
    assert settings(text)["device_model_override"] == "/tmp/evil"


def test_a_comma_in_a_bridge_that_nobody_checked_becomes_a_script():
    nic, _ = parse_vif("mac=00:16:3e:00:00:01,bridge=xbr7,script=/tmp/evil")
    assert (nic.bridge, nic.script) == ("xbr7", "/tmp/evil")


def test_a_wrong_mac_is_complained_about_and_left_out():
    nic, complaints = parse_vif("mac=zz,bridge=b")
    assert (nic.mac, complaints) == ("", ("Invalid parameter `mac'.",))


@pytest.mark.parametrize(
    ("text", "disk"),
    [
        ("/d.img,raw,xvda,rw", VirtualDisk("/d.img", "raw", "xvda", writable=True)),
        ("file:/d.img,xvda,w", VirtualDisk("/d.img", "raw", "xvda", writable=True)),
        ("format=qcow2, vdev=hda, access=ro, target=/d.img", VirtualDisk("/d.img", "qcow2", "hda", writable=False)),
        ("/d.img,,xvdb", VirtualDisk("/d.img", "raw", "xvdb", writable=True)),
    ],
)
def test_disks_are_written_in_several_ways(text, disk):
    assert parse_disk(text) == disk


@pytest.mark.parametrize(
    "text", ["/d.img", "/d.img,floppy,xvda", "/d.img,raw,xvda,maybe", "/d.img,raw,nope!,w", "a,raw,xvda,w,more"]
)
def test_a_wrong_disk_is_refused(text):
    with pytest.raises(DeviceError, match="config parsing error in disk specification"):
        parse_disk(text)


@given(st.text(max_size=100))
def test_no_text_makes_the_reader_fail_in_another_way(text):
    try:
        parse_config(text, "x.cfg")
    except ConfigSyntaxError as error:
        assert str(error).startswith("x.cfg:")
