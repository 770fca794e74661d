"""Every bad peer at every call: ``python -m tests.campaigns.bad_peers [--quick] [--only WORD] [--jobs N]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import asyncssh

from reconciler.transport.contact import Contact
from tests.campaigns.bad_peers import http_modes, netconf_modes, ssh_modes, tcp
from tests.campaigns.bad_peers.calls import Call, http_calls, netconf_calls, ssh_calls
from tests.campaigns.bad_peers.measuring import GRACE_S, GROWTH_MIB, Case, Ending, run_all
from tests.campaigns.bad_peers.mode import Mode
from tests.campaigns.bad_peers.serving import serving
from tests.campaigns.bad_peers.ssh_server import Keys

SSH_GREETING = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
HTTP_GREETING = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="each mode once, at a call chosen by the seed")
    arguments.add_argument("--only", default="", help="modes and calls whose names have this in them")
    arguments.add_argument("--jobs", type=int, default=6)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        families = _families(Path(folder))
        with serving([mode for modes, _ in families.values() for mode in modes]) as ports:
            cases = [case for case in _cases(families, ports, Path(folder)) if given.only in _name(case)]
            if given.quick:
                cases = _one_each(cases, Random(given.seed))
            endings = list(run_all(cases, given.jobs))
    faulty = _print(endings)
    modes = len({(e.case.family, e.case.mode.name) for e in endings})
    print(
        f"{len(endings)} calls on {modes} bad peers in {time.monotonic() - started:.0f} s: worst {_worst(endings)};"
        f" {faulty} outside of bound + {GRACE_S:.0f} s, {GROWTH_MIB:.0f} MiB, or their error"
    )
    return 1 if faulty else 0


def _families(folder: Path) -> Mapping[str, tuple[Sequence[Mode], Sequence[Call]]]:
    keys = Keys(folder)
    for name in ("host", "other", "client"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(str(folder / name))
        key.write_public_key(str(folder / f"{name}.pub"))
    ssh = (*tcp.modes(SSH_GREETING), *ssh_modes.handshake_modes(keys, ssh_modes.after_script(ssh_modes.good)))
    netconf = (*tcp.modes(SSH_GREETING), *ssh_modes.handshake_modes(keys, netconf_modes.talk(netconf_modes.good)))
    http = (*tcp.modes(HTTP_GREETING), *http_modes.modes())
    return {
        "ssh": (_named("ssh", (*ssh, *ssh_modes.stream_modes(keys))), ssh_calls()),
        "netconf": (
            _named("netconf", (*netconf, *netconf_modes.hello_modes(keys), *netconf_modes.reply_modes(keys))),
            netconf_calls(),
        ),
        "http": (_named("http", http), http_calls()),
    }


def _named(family: str, modes: Sequence[Mode]) -> tuple[Mode, ...]:
    return tuple(Mode(f"{family}: {mode.name}", mode.serve, mode.may_end, mode.late) for mode in modes)


def _cases(
    families: Mapping[str, tuple[Sequence[Mode], Sequence[Call]]], ports: Mapping[str, int], folder: Path
) -> Iterator[Case]:
    host_key = " ".join((folder / "host.pub").read_text().split()[:2])
    for family, (modes, calls) in families.items():
        for mode in modes:
            contact = Contact("127.0.0.1", ports[mode.name], "root", host_key, str(folder / "client"))
            for call in calls:
                if call.late if mode.late else call.early:
                    yield Case(family, mode, call, contact)


def _one_each(cases: Sequence[Case], chance: Random) -> list[Case]:
    by_mode: dict[str, list[Case]] = {}
    for case in cases:
        by_mode.setdefault(case.mode.name, []).append(case)
    return [chance.choice([c for c in of_mode if c.call.name != "close"]) for of_mode in by_mode.values()]


def _name(case: Case) -> str:
    return f"{case.mode.name} / {case.call.name}"


def _print(endings: Sequence[Ending]) -> int:
    """A row for each mode, and below it what does not hold; how many that were."""
    rows: dict[str, list[Ending]] = {}
    for ending in endings:
        rows.setdefault(ending.case.mode.name, []).append(ending)
    print(f"{'mode':<54} {'calls':>5} {'worst over':>10} {'worst MiB':>9}  ended as")
    for name, found in sorted(rows.items()):
        hows = ", ".join(f"{how} {count}" for how, count in sorted(Counter(e.how for e in found).items()))
        print(f"{name:<54} {len(found):>5} {_over(found):>8.1f} s {_growth(found):>9.0f}  {hows}")
    faulty = [ending for ending in endings if any(ending.faults)]
    for ending in faulty:
        print(f"NOT SO: {_name(ending.case)}: {'; '.join(ending.faults)}")
    return len(faulty)


def _worst(endings: Sequence[Ending]) -> str:
    return f"{_over(endings):.1f} s over its bound, {_growth(endings):.0f} MiB" if endings else "none"


def _over(endings: Sequence[Ending]) -> float:
    return max(ending.over_s for ending in endings)


def _growth(endings: Sequence[Ending]) -> float:
    return max(ending.growth_mib for ending in endings)


if __name__ == "__main__":
    sys.exit(main())
