"""S13: no path leads out of where it may lead."""

from __future__ import annotations

import ctypes
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from reconciler.cli.files import read_all
from reconciler.drivers.host.validation import check_domain
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.errors import Refused, SpecError
from reconciler.spec.load import load
from tests.security.test_injection import PLAIN
from tests.spec.samples import texts

LIMIT = 256 * 1024
CANARY = "canary-3f9a"
CLIMBING = [
    "/../etc/shadow",
    "/images/../../etc/shadow",
    "/images/./a",
    "/images//a",
    "images/a",
    "/",
    "/images/",
    "/root/.ssh/id_ed25519",
    "/images/..",
    "//etc/shadow",
    "/a" * 30,
]


@pytest.mark.parametrize("path", CLIMBING)
@pytest.mark.parametrize("field", ["kernel", "ramdisk", "disk"])
def test_s13_a_path_in_a_document_cannot_climb(path: str, field: str) -> None:
    (text,) = texts("specs/environments/tiny.yaml").values()
    document = next(d for d in yaml.safe_load_all(text) if d["kind"] == "DiskImage")
    assert load({"f": yaml.safe_dump(document)})
    document["spec"][field] = path
    with pytest.raises(SpecError):
        load({"f": yaml.safe_dump(document)})


@pytest.mark.parametrize("path", CLIMBING)
@pytest.mark.parametrize("field", ["kernel", "ramdisk", "disk", "base_disk"])
def test_s13_a_path_that_climbs_is_never_sent_to_a_host(path: str, field: str) -> None:
    with pytest.raises(Refused):
        check_domain(replace(PLAIN, **{field: path}), XEN.modes)  # type: ignore[arg-type]  # paths are texts


@pytest.mark.parametrize("path", ["/etc/passwd", "/var/lib/reconciler-evil/a", "/var/lib/reconciler", "/var/lib"])
def test_s13_what_is_copied_to_and_removed_lies_under_our_own_folder(path: str) -> None:
    with pytest.raises(Refused, match="under /var/lib/reconciler"):
        check_domain(replace(PLAIN, disk=path), XEN.modes)


# -- a tree of documents -----------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with one document, and beside it what it must not reach."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.yaml").write_text(f"password: {CANARY}\n")
    folder = tmp_path / "repository"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.yaml").write_text("a: 1\n")
    return folder


def test_s13_a_plain_tree_is_read_in_order_and_hidden_files_are_left_out(tree: Path) -> None:
    for name in ("b.yml", ".hidden.yaml", "note.txt"):
        (tree / name).write_text("b: 1\n")
    (tree / ".git").mkdir()
    (tree / ".git" / "c.yaml").write_text("c: 1\n")
    assert list(read_all([str(tree)], LIMIT)) == [str(tree / "b.yml"), str(tree / "sub" / "a.yaml")]


@pytest.mark.parametrize("target", ["../outside/secret.yaml", "/etc/passwd", "nowhere", "sub/a.yaml"])
def test_s13_a_link_in_a_tree_is_refused_and_its_target_not_read(tree: Path, target: str) -> None:
    (tree / "link.yaml").symlink_to(target)
    with pytest.raises(SpecError, match="link") as caught:
        read_all([str(tree)], LIMIT)
    assert CANARY not in str(caught.value)


def test_s13_a_folder_that_is_a_link_is_not_entered(tree: Path) -> None:
    (tree / "linked").symlink_to("../outside")
    assert list(read_all([str(tree)], LIMIT)) == [str(tree / "sub" / "a.yaml")]


def test_s13_a_pipe_in_a_tree_does_not_make_us_wait(tree: Path) -> None:
    os.mkfifo(tree / "pipe.yaml")
    with pytest.raises(SpecError, match="not a plain file"):
        read_all([str(tree)], LIMIT)


def test_s13_what_is_named_by_the_operator_may_be_a_link(tree: Path) -> None:
    (tree.parent / "link.yaml").symlink_to(tree / "sub" / "a.yaml")
    (tree.parent / "linked").symlink_to(tree)
    assert len(read_all([str(tree.parent / "link.yaml"), str(tree.parent / "linked")], LIMIT)) == 2


def exchange(a: Path, b: Path) -> None:
    """Swap two names at once (``renameat2``)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(-100, os.fsencode(a), -100, os.fsencode(b), 2) != 0:
        pytest.skip(f"no renameat2 here: {os.strerror(ctypes.get_errno())}")


def test_s13_files_and_folders_swapped_for_links_all_the_time_never_show_what_is_outside(tree: Path) -> None:
    (tree / "swap.yaml").write_text("b: 1\n")
    (tree.parent / "spare.yaml").symlink_to("outside/secret.yaml")
    (tree.parent / "outside" / "a.yaml").write_text(f"password: {CANARY}\n")
    (tree.parent / "spare").symlink_to("outside")
    exchange(tree / "swap.yaml", tree.parent / "spare.yaml")
    over = threading.Event()

    def flip() -> None:
        while not over.is_set():
            exchange(tree / "swap.yaml", tree.parent / "spare.yaml")
            exchange(tree / "sub", tree.parent / "spare")

    thread = threading.Thread(target=flip)
    thread.start()
    refused = read = 0
    try:
        for _ in range(1500):
            try:
                found = read_all([str(tree)], LIMIT)
            except SpecError as error:
                refused += 1
                assert CANARY not in str(error)
            else:
                read += 1
                assert CANARY not in "".join(found.values())
    finally:
        over.set()
        thread.join()
    assert refused and read, "nothing was ever swapped at the right moment"
