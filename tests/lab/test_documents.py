"""Reading what a lab is made from."""

import pytest

from reconciler.lab.documents import default_texts, read_inventory
from reconciler.model.errors import Refused, SpecError
from tests.lab.sites import site_text


def test_the_default_sites_have_eight_nodes_and_more_joined_by_one_backbone() -> None:
    sites = read_inventory(default_texts()).sites
    assert [site.metadata.name for site in sites] == ["lille", "nancy"]
    assert sum(len(site.spec.nodes) for site in sites) >= 8
    assert {site.spec.wan.backbone for site in sites if site.spec.wan} == {"renater"}
    for site in sites:
        experiment = [nic for node in site.spec.nodes for nic in node.interfaces if not nic.management]
        assert all(nic.switch and nic.port and nic.bridge == "xenbr0" for nic in experiment)


def test_no_port_of_the_default_sites_is_used_twice() -> None:
    for site in read_inventory(default_texts()).sites:
        spec = site.spec
        used = [(nic.switch, nic.port) for node in spec.nodes for nic in node.interfaces]
        used += [(socket.switch, socket.port) for link in spec.links for socket in link.between]
        assert spec.wan
        used.append((spec.wan.switch, spec.wan.port))
        assert len(used) == len(set(used))


def test_the_digest_follows_the_content_not_the_layout() -> None:
    one = read_inventory({"a.yaml": site_text("here") + "---\n" + site_text("there")})
    two = read_inventory({"x.yaml": site_text("there"), "y.yaml": "# a remark\n" + site_text("here")})
    assert one.digest == two.digest
    assert one.digest != read_inventory({"a.yaml": site_text("here")}).digest


def test_trees_are_kept_as_written() -> None:
    assert read_inventory({"a.yaml": site_text()}).trees["here"]["spec"]["nodes"][0]["memory"] == "4GiB"


@pytest.mark.parametrize("text", ["", "kind: Experiment\n"])
def test_no_site_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(Refused, match=r"no Site document in a\.yaml; use --site"):
        read_inventory({"a.yaml": text})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", r"a\.yaml:1:5"),
        ("kind: Site\n", r"a\.yaml:1:1"),
        (site_text().replace("cores: 4", "cores: four", 1), r"a\.yaml:14:14"),
        (site_text() + "---\n" + site_text(), "a second Site named here"),
    ],
)
def test_wrong_documents_are_errors_with_their_place(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        read_inventory({"a.yaml": text})
