"""Changes of several fields at once: what makes sense only together, and what the world refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.campaigns.acto.documents import THEIRS, Documents, Tree, copied, experiment_of

Edit = Callable[[Documents], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """``harmless``: where the world refuses it, the machines that run go on as before."""

    name: str
    edit: Edit
    harmless: bool = True

    def applied(self, documents: Documents) -> Documents:
        found = copied(documents)
        self.edit(found)
        return found


def together() -> Iterator[Recipe]:
    """Valid changes that one field alone cannot make."""
    yield Recipe("another site", _elsewhere)
    yield Recipe("named nodes", _in_group("hosts", nodes=["chinqchint-3", "chinqchint-2"], count=None, cluster=None))
    yield Recipe("other named node", _in_group("bare", nodes=["griffon-3"]))
    yield Recipe("counted instead of named", _in_group("bare", nodes=None, count=2))
    yield Recipe("a spare", _in_group("hosts", spares=1))
    yield Recipe("one host", _in_group("hosts", count=1))
    yield Recipe("three hosts", _in_group("hosts", count=3, minReady=2))
    yield Recipe("two on each host", _in_vms("each", perHost=2))
    yield Recipe("per host instead of counted", _in_vms("web", placement="perHost", perHost=2, count=None))
    yield Recipe("counted instead of per host", _in_vms("each", placement="pack", perHost=None, count=3))
    yield Recipe("renamed group", _renamed_group)
    yield Recipe("renamed network", _renamed_network)
    yield Recipe("renamed VMs", _in_vms("web", name="page"))
    yield Recipe("another network", _in_vms("any", networks=["out"]))
    yield Recipe("a second network", _in_vms("any", networks=["lan", "wide"]))
    yield Recipe("a network of one site", _shorter_wide)
    yield Recipe("the site's own network", _shared)
    yield Recipe("a local instead of a routed network", _in_network("out", kind="local", gateway=None))
    yield Recipe("the same image for all", _in_vms("any", image="tiny"))
    yield Recipe("version 2 of the image", _in_image("debian", version=2, fingerprint={"text": "debian-2"}))
    yield Recipe("version 2 of the hosts' image", _second_xen)
    yield Recipe("another user's image", _theirs)
    yield Recipe("without a fingerprint", _in_image("debian", fingerprint=None))
    yield Recipe("taken as it is", _in_group("bare", image=None))
    yield Recipe("more for dom0", _more_for_dom0)
    yield Recipe("the hypervisor by its name", _in_image("debian-xen", hypervisor="xen"))
    yield Recipe("chained boot loader", _chainload)
    yield Recipe("a copied partition", _copied_partition)
    yield Recipe("hardware virtualisation", _in_disk("tiny", mode="hvm"))
    yield Recipe("no disk", _in_disk("disk", disk=None))
    yield Recipe("another experiment", _another_name)
    yield Recipe("an image by another name", _renamed_image)
    yield Recipe("a disk image by another name", _renamed_disk)
    yield Recipe("registered already", _in_image("debian", image=None, boot=None))


def refused_by_the_world() -> Iterator[Recipe]:
    """Valid documents that cannot come true: said so, and the machines that run stay."""
    yield Recipe("a node that somebody holds", _in_group("hosts", cluster=None, count=None, nodes=_TAKEN))
    yield Recipe("more nodes than are free", _in_group("hosts", count=5))
    yield Recipe("an image nobody registered", _in_image("debian-xen", version=9))
    yield Recipe("an owner without it", _in_image("debian-xen", owner="nobody"))
    yield Recipe("a lifetime that is over", _over)
    yield Recipe("another fingerprint", _fingerprint)
    yield Recipe("a guest kernel that is not there", _in_disk("tiny", kernel="/opt/none"), harmless=False)
    yield Recipe("a base disk that is not there", _in_disk("disk", disk="/opt/none.img"), harmless=False)


_TAKEN = ["chinqchint-1", "chinqchint-5"]


def _set(tree: Tree, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            tree.pop(name, None)
        else:
            tree[name] = value


def _in(part: str, which: str, /, **values: Any) -> Edit:
    def edit(documents: Documents) -> None:
        items = experiment_of(documents)["spec"][part]
        _set(next(item for item in items if item["name"] == which), values)

    return edit


def _in_group(which: str, /, **values: Any) -> Edit:
    return _in("nodes", which, **values)


def _in_vms(which: str, /, **values: Any) -> Edit:
    return _in("vms", which, **values)


def _in_network(which: str, /, **values: Any) -> Edit:
    return _in("networks", which, **values)


def _in_image(which: str, /, **values: Any) -> Edit:
    return lambda documents: _set(documents["Environment", which]["spec"], values)


def _in_disk(which: str, /, **values: Any) -> Edit:
    return lambda documents: _set(documents["DiskImage", which]["spec"], values)


def _elsewhere(documents: Documents) -> None:
    """Everything of Lille goes to Nancy."""
    spec = experiment_of(documents)["spec"]
    _set(spec["nodes"][0], {"site": "nancy", "cluster": "griffon"})
    _set(spec["networks"][0], {"sites": ["nancy"], "addresses": "10.144.32.0/26"})
    _set(spec["networks"][1], {"sites": ["nancy"]})
    _set(spec["networks"][2], {"sites": ["nancy", "lille"]})


def _renamed_group(documents: Documents) -> None:
    spec = experiment_of(documents)["spec"]
    spec["nodes"][0]["name"] = "machines"
    for vms in spec["vms"]:
        vms["on"] = "machines"


def _renamed_network(documents: Documents) -> None:
    spec = experiment_of(documents)["spec"]
    spec["networks"][1]["name"] = "outside"
    spec["vms"][0]["networks"] = ["lan", "outside"]


def _shorter_wide(documents: Documents) -> None:
    spec = experiment_of(documents)["spec"]
    spec["networks"][2]["sites"] = ["lille"]
    del spec["nodes"][1]["networks"]


def _shared(documents: Documents) -> None:
    """The only one, because the hosts have one card for VMs, and the others would take it over."""
    spec = experiment_of(documents)["spec"]
    spec["networks"] = [{"name": "out", "kind": "shared", "sites": ["lille"], "gateway": True}]
    spec["nodes"] = spec["nodes"][:1]
    spec["vms"] = [{**vms, "networks": ["out"]} for vms in spec["vms"]]


def _second_xen(documents: Documents) -> None:
    fingerprint = {"file": "/etc/grid5000/release", "text": "debian-xen-2"}
    _set(documents["Environment", "debian-xen"]["spec"], {"version": 2, "fingerprint": fingerprint})


def _theirs(documents: Documents) -> None:
    values = {"environment": THEIRS, "owner": "ops", "fingerprint": {"text": f"{THEIRS}-1"}}
    _set(documents["Environment", "debian"]["spec"], values)


def _more_for_dom0(documents: Documents) -> None:
    documents["Environment", "debian-xen"]["spec"]["boot"]["hypervisorParams"] = "dom0_mem=1024M"


def _chainload(documents: Documents) -> None:
    _set(documents["Environment", "debian"]["spec"], {"os": "other", "boot": {"chainload": "+1"}})


def _copied_partition(documents: Documents) -> None:
    documents["Environment", "debian"]["spec"]["image"]["kind"] = "dd"


def _another_name(documents: Documents) -> None:
    """Beside the first: it takes only what the first leaves."""
    tree = experiment_of(documents)
    tree["metadata"]["name"] = "second"
    spec = tree["spec"]
    spec["nodes"] = [{"name": "hosts", "site": "lille", "count": 1, "image": "debian-xen"}]
    spec["networks"] = spec["networks"][:1]
    spec["vms"] = [{**spec["vms"][0], "networks": ["lan"]}]


def _renamed_image(documents: Documents) -> None:
    """The deployer goes on knowing it by its own name."""
    _rename(documents, "Environment", "debian", "plain")
    experiment_of(documents)["spec"]["nodes"][1]["image"] = "plain"


def _renamed_disk(documents: Documents) -> None:
    _rename(documents, "DiskImage", "disk", "whole")
    experiment_of(documents)["spec"]["vms"][2]["image"] = "whole"


def _rename(documents: Documents, kind: str, before: str, after: str) -> None:
    """In its place: the order of documents stays."""
    trees = {(k, after if (k, name) == (kind, before) else name): tree for (k, name), tree in documents.items()}
    trees[kind, after]["metadata"]["name"] = after
    documents.clear()
    documents |= trees


def _over(documents: Documents) -> None:
    experiment_of(documents)["spec"]["lifetime"]["walltime"] = "1s"


def _fingerprint(documents: Documents) -> None:
    documents["Environment", "debian-xen"]["spec"]["fingerprint"]["text"] = "something-else"
