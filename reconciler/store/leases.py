"""What is held: nodes, addresses, VLAN ids.  Rows under a constraint, given all or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reconciler.model.errors import Rejected
from reconciler.resources.kind import Held, Holding
from reconciler.resources.kinds import KINDS
from reconciler.resources.lease import derive_mac, render_ipv4
from reconciler.resources.number_ranges import IPV4, NumberRange, subtract
from reconciler.store import external_reservations, journal, nodes, numbers, runs
from reconciler.store.audit import SITE, AuditAction, AuditEntry, AuditLog
from reconciler.store.chain import digest_of
from reconciler.store.quotas import Quota, check_quota, lock_project, quotas, set_quota
from reconciler.store.sql import Backend, Clock, Contention, Sql

QUARANTINE = timedelta(seconds=300)
"""How long a returned number is kept from others: longer than a late effect or a switch's memory of a MAC."""
_TRIES = 5


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """One held number, for people: ``what`` is the address or the id, ``member`` the VM it belongs to.

    What people outside the tool have has no experiment: ``holder`` says who, ``member`` why.
    """

    pool: str
    what: str
    mac: str
    experiment: str
    holder: str
    member: str
    state: str
    free_at: str | None


class LeaseStore:
    """The allocations of all experiments in one database."""

    def __init__(
        self,
        database: Backend,
        clock: Clock,
        quarantine: timedelta = QUARANTINE,
        audit: AuditLog | None = None,
    ) -> None:
        self._database, self._clock, self._quarantine = database, clock, quarantine
        self._audit = audit or AuditLog(database, clock)

    def holding(self, experiment: str, kind: str, name: str) -> object | None:
        """What one resource of the state database holds now, as its spec; None when it holds nothing."""
        with self._database.reading() as db:
            held = _held(db, experiment, kind, name)
        return _holding(kind).read(held) if held else None

    def hold(self, experiment: str, entries: Iterable[tuple[str, str, object | None]], epoch: int = 0) -> None:
        """Make each resource (kind, name) hold exactly what stands beside it, all of them in one transaction.

        What the journal has open on these resources is settled in it, too.

        Raises:
            Rejected: something wanted is another's; nothing was changed.
            Refused: the project would hold too much; nothing was changed.
            Locked: the experiment was acquired anew since ``epoch`` (0: anybody has it); nothing was changed.
        """
        wanted = list(entries)
        for left in reversed(range(_TRIES)):  # by no clock: it runs in simulated time, too
            try:
                return self._hold(experiment, wanted, epoch)
            except Contention:
                if not left:
                    raise
        return None

    def _hold(self, experiment: str, entries: Collection[tuple[str, str, object | None]], epoch: int) -> None:
        now = self._clock()
        holder = (experiment, "")
        try:
            with self._database.transaction() as db:
                runs.fence(db, experiment, epoch)
                swaps = [_Swap.of(db, experiment, kind, name, wanted) for kind, name, wanted in entries]
                project = lock_project(db, experiment) if any(swap.grows for swap in swaps) else ""
                for swap in swaps:  # first, so that one resource may take what another gives up
                    nodes.give_back(db, swap.lost_nodes)
                    for number_range in swap.lost:
                        numbers.give_back(db, (experiment, swap.holder), number_range, now + self._quarantine)
                nodes.take(db, self._database, experiment, [(n, s.holder) for s in swaps for n in s.gained_nodes])
                gained = [(number_range, swap.holder) for swap in swaps for number_range in swap.gained]
                for number_range, name in sorted(gained, key=lambda pair: (pair[0].pool, pair[0].first)):
                    holder = (experiment, name)
                    numbers.take(db, self._database, holder, number_range)
                if any(swap.grows for swap in swaps):
                    check_quota(db, project, experiment)
                journal.settle_held(db, experiment, [(kind, name) for kind, name, _ in entries], now.isoformat())
        except numbers.InTheWay as error:
            with self._database.reading() as db:
                raise numbers.name_holder(db, holder, error.number_range) from None
        except nodes.InTheWay as error:
            with self._database.reading() as db:
                raise nodes.name_holder(db, experiment, error.nodes) from None

    def reserve(self, pool: str, items: Iterable[int | str], who: str, why: str) -> None:
        """Keep numbers of a pool (``ipv4``, ``vlan:<site>``, …), or nodes (``node``), for people outside the tool.

        Raises:
            Rejected: one of them is somebody's; nothing was changed.
        """
        chosen = sorted(set(items), key=str)
        what, digest = f"{external_reservations.describe(pool, chosen)} for {who}", digest_of([pool, chosen, who, why])
        with self._database.transaction() as db:
            external_reservations.reserve(db, self._database, pool, chosen, who, why)
            self._audit.note(db, SITE, [AuditEntry(AuditAction.RESERVED, what, digest)])

    def unreserve(self, pool: str, items: Iterable[int | str]) -> int:
        """Give numbers that were reserved, or marked as used by others, to the pool again; how many there were."""
        with self._database.transaction() as db:
            given_back = external_reservations.unreserve(db, pool, items)
            if given_back:
                what, digest = external_reservations.describe(pool, given_back), digest_of([pool, given_back])
                self._audit.note(db, SITE, [AuditEntry(AuditAction.RETURNED, what, digest)])
        return len(given_back)

    def mark_foreign(self, pool: str, item: int | str, what: str) -> None:
        """A stranger uses it: take it out of the pool, also from an experiment that holds it and now has to move."""
        with self._database.transaction() as db:
            external_reservations.mark_foreign(db, pool, item, what)

    def find(self, pool: str, items: Collection[int | str]) -> list[LeaseRow]:
        """What is known of these; what is free is not there."""
        if pool == external_reservations.NODES:
            wanted = set(items)
            return [row for row in self.rows() if row.pool == pool and row.what in wanted]
        with self._database.reading() as db:
            found = numbers.find(db, pool, sorted(map(int, items)))
        return [_row(*row) for row in found]

    def quotas(self) -> dict[str, Quota]:
        """The limits that were set, by project; ``*`` stands for every other."""
        with self._database.reading() as db:
            return quotas(db)

    def set_quota(self, project: str, quota: Quota) -> None:
        """What a project holds already it keeps, also when it is more."""
        with self._database.transaction() as db:
            set_quota(db, project, quota)
            self._audit.note(db, SITE, [AuditEntry(AuditAction.LIMITED, f"{project or '(no project)'}: {quota}")])

    def rows(self, experiment: str | None = None) -> list[LeaseRow]:
        """Every held or quarantined number, addresses in order."""
        where, values = ("", ()) if experiment is None else (" WHERE h.experiment = ?", (experiment,))
        with self._database.reading() as db:
            found = db.execute(f"{numbers.ROWS}{where} ORDER BY l.pool, l.item", values).fetchall()
            held = nodes.rows(db, experiment)
        return [_row(*row) for row in found] + [
            LeaseRow("node", node, "", owner, holder, "", numbers.shown(state), None)
            for node, owner, holder, state in held
        ]

    def taken(self, experiment: str) -> tuple[Mapping[str, str], Mapping[int, str], Mapping[tuple[str, int], str]]:
        """What others hold, or left less than a quarantine ago: nodes, addresses, ids, each with its holder."""
        self._expire()
        with self._database.reading() as db:
            held = {node: owner or holder for node, owner, holder, _ in nodes.rows(db) if owner != experiment}
            rows = numbers.taken_numbers(db, experiment)
        addresses = {item: owner for pool, item, owner in rows if pool == IPV4}
        return held, addresses, {(pool, item): owner for pool, item, owner in rows if pool != IPV4}

    def _expire(self) -> None:
        due = "FROM number_leases WHERE state = 'quarantine' AND free_at <= ?"
        now = (self._clock().isoformat(),)
        with self._database.reading() as db:
            found = db.execute(f"SELECT 1 {due} LIMIT 1", now).fetchone()
        if found is not None:
            with self._database.transaction() as db:
                db.execute(f"DELETE {due}", now)


@dataclass(frozen=True, slots=True)
class _Swap:
    """What one resource gives up and what it takes."""

    name: str
    holder: str
    lost: list[NumberRange]
    gained: list[NumberRange]
    lost_nodes: list[str]
    gained_nodes: list[str]

    @classmethod
    def of(cls, db: Sql, experiment: str, kind: str, name: str, wanted: Any | None) -> _Swap:
        """Raises Rejected for a kind that holds nothing, or whose numbers and nodes would be another kind's."""
        had = _held(db, experiment, kind, name)
        has = Held() if wanted is None else _holding(kind).held(wanted)
        before, after = set(had.nodes), set(has.nodes)
        lost, gained = subtract(had.numbers, has.numbers), subtract(has.numbers, had.numbers)
        return cls(name, f"{kind}/{name}", lost, gained, sorted(before - after), sorted(after - before))

    @property
    def grows(self) -> bool:
        return bool(self.gained or self.gained_nodes)


def _holding(kind: str) -> Holding[Any]:
    holding = KINDS[kind].holding if kind in KINDS else None
    if holding is None:
        raise Rejected(f"the state database holds nothing of kind {kind}")
    return holding


def _held(db: Sql, experiment: str, kind: str, name: str) -> Held:
    return Held(nodes.held(db, experiment, f"{kind}/{name}"), numbers.held(db, experiment, f"{kind}/{name}"))


def _row(
    pool: str, item: int, owner: str, holder: str, group: str, member: int, state: str, free_at: str | None
) -> LeaseRow:
    what, mac = (render_ipv4(item), derive_mac(item)) if pool == IPV4 else (str(item), "")
    if state == "outside":
        return LeaseRow(pool, what, "", owner, holder, group, numbers.shown(state), free_at)
    return LeaseRow(pool, what, mac, owner, holder, f"{group}-{member}" if group else "", state, free_at)
