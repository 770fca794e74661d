"""What nodes of the lab can boot."""

import json

import yaml

from reconciler.lab.images import all_images, by_name, image_of
from reconciler.spec.environment import Environment

DOCUMENT = """\
apiVersion: reconciler/v1alpha1
kind: Environment
metadata: {name: mine}
spec:
  environment: Mine-x64
  version: 4
  os: xen
  boot: {kernel: /vmlinuz, hypervisor: /xen.gz, hypervisorParams: "dom0_mem=2G,max:2G console=com1"}
  fingerprint: {file: /etc/version, text: mine four}
"""


def environment(text: str = DOCUMENT) -> Environment:
    return Environment.model_validate_json(json.dumps(yaml.safe_load(text)))


def test_an_environment_document_becomes_an_image_with_its_fingerprint() -> None:
    image = image_of(environment())
    assert (image.name, image.version, image.xen, image.dom0_memory_mib) == ("Mine-x64", 4, True, 2048)
    assert dict(image.files) == {"/etc/version": "mine four\n"}
    assert image.has("/var/lib/xen/images/vmlinux")


def test_without_a_fingerprint_the_image_says_name_and_version() -> None:
    image = image_of(environment(DOCUMENT.replace("  fingerprint: {file: /etc/version, text: mine four}\n", "")))
    assert dict(image.files) == {"/etc/grid5000/release": "Mine-x64-4\n"}


def test_the_images_that_examples_use_are_there() -> None:
    images = by_name(all_images([]))
    assert images["debian-xen-1"].xen
    assert images["lenny-x64-xen-3"].xen
    assert not images["debian-min-1"].xen


def test_a_name_alone_is_the_latest_version() -> None:
    images = by_name(all_images([environment()]))
    assert images["debian-xen"].version == 2
    assert images["Mine-x64"].version == 4
