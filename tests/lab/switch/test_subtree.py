from __future__ import annotations

import pytest
from lxml import etree

from reconciler.lab.switch.subtree import select

DATA = """<data><top xmlns="urn:a">
<user><name>root</name><type>superuser</type><info><dept>1</dept><id>2</id></info></user>
<user><name>fred</name><type>admin</type><info><dept>2</dept><id>3</id></info></user>
<other xmlns="urn:b"><name>fred</name></other>
<kind xmlns:p="urn:types">p:big</kind>
</top></data>"""


def chosen(subtree: str) -> list[str]:
    """The leaves that come back, as ``parent/leaf=text``, in order."""
    data = etree.fromstring(DATA, etree.XMLParser(remove_blank_text=True))
    result = select(data, etree.fromstring(f"<filter>{subtree}</filter>"))
    leaves = [element for element in result.iter() if len(element) == 0 and element is not result]
    return [f"{etree.QName(leaf.getparent()).localname}/{etree.QName(leaf).localname}={leaf.text}" for leaf in leaves]


FRED = ["user/name=fred", "user/type=admin", "info/dept=2", "info/id=3"]


@pytest.mark.parametrize(
    ("subtree", "expected"),
    [
        ("", []),
        ('<top xmlns="urn:a"><user><name>fred</name></user></top>', FRED),
        ('<top xmlns="urn:a"><user><name>fred</name><type/></user></top>', FRED[:2]),
        ('<top xmlns="urn:a"><user><name>fred</name><info><id/></info></user></top>', ["user/name=fred", "info/id=3"]),
        ('<top xmlns="urn:a"><user><name>fred</name><type>nobody</type></user></top>', []),
        ('<top xmlns="urn:a"><user><name/></user></top>', ["user/name=root", "user/name=fred"]),
        ('<top xmlns="urn:a"><user><none/></user></top>', []),
        ('<top xmlns="urn:other"/>', []),
        ('<top xmlns="urn:a"><other/></top>', []),
        ('<top xmlns="urn:a"><other xmlns="urn:b"/></top>', ["other/name=fred"]),
        ('<top xmlns="urn:a"><user><info>2</info></user></top>', []),
        ('<top xmlns="urn:a"><user id="1"/></top>', []),
        ('<top xmlns="urn:a"><kind xmlns:q="urn:types">q:big</kind><none/></top>', ["top/kind=p:big"]),
        ('<top xmlns="urn:a"><kind xmlns:p="urn:wrong">q:big</kind></top>', []),
    ],
)
def test_a_filter_selects_as_the_rfc_says(subtree: str, expected: list[str]) -> None:
    assert chosen(subtree) == expected


def test_a_filter_without_a_namespace_matches_in_any() -> None:
    assert chosen("<top><other/></top>") == ["other/name=fred"]


def test_two_filters_for_one_node_are_joined() -> None:
    both = '<top xmlns="urn:a"><user><name>fred</name><type/></user><user><name>root</name></user></top>'
    assert chosen(both) == ["user/name=root", "user/type=superuser", "info/dept=1", "info/id=2", *FRED[:2]]


def test_the_data_are_left_as_they_were() -> None:
    data = etree.fromstring(DATA)
    select(data, etree.fromstring('<filter><top xmlns="urn:a"><user/></top></filter>'))
    assert etree.tostring(data) == etree.tostring(etree.fromstring(DATA))
