"""The transitions and misuses, carried out on the lab and judged by four oracles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from reconciler.lab.persistence import Folder
from tests.campaigns.acto.consistency import inconsistencies
from tests.campaigns.acto.documents import Documents, Tree, base, experiment_of, lab_documents, render
from tests.campaigns.acto.expected import Expected, expect
from tests.campaigns.acto.generate import Case
from tests.campaigns.acto.recipes import Recipe
from tests.campaigns.acto.resemblance import differing, essence
from tests.campaigns.acto.site_changes import Outcome, SiteChange
from tests.campaigns.acto.world import obstacles, stands_on_what_is_there
from tests.campaigns.sieve.workloads import BYSTANDER, bystander
from tests.campaigns.sieve.workloads import render as render_experiment
from tests.campaigns.stage.stage import Ended, KeptGeneration, Stage, open_stage, texts_under

INVALID = 4
_POSITION = re.compile(r"\.yaml:[0-9]+:[0-9]+")
_CODE = re.compile(r"\bS[0-9]{3}\b")
_BYSTANDERS = "chinqchint-5.lille"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``runs`` command lines were judged; ``wrong`` is what the oracles found, each with its name in front."""

    case: str
    fields: frozenset[str]
    runs: int
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    picture: Mapping[str, Any]
    books: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Acto:
    """``ground``: nothing of the experiment is there; ``begun``: the base documents are applied, and led to ``seen``.

    ``sites`` are as the lab was started with.
    """

    stage: Stage
    sites: Mapping[str, Tree]
    ground: KeptGeneration
    begun: KeptGeneration
    seen: Seen

    def transition(self, case: Case) -> Verdict:
        """From the base to the case, and back; and to the case from nothing."""
        hindered = obstacles(case.documents, self.sites)
        if hindered:
            return self._hindered(case, hindered)
        self.stage.put_back(self.begun)
        wrong = [f"apply: {line}" for line in self._applied(case.documents)]
        after = self._look(case.documents)
        wrong += [f"consistency: {line}" for line in self._inconsistent(case.documents, after)]
        wrong += [f"idempotence: {line}" for line in self._unsettled()]
        wrong += [f"recovery: {line}" for line in self._recovered()]
        if stands_on_what_is_there(case.documents):
            return Verdict(case.name, case.fields, 3, tuple(wrong))
        self.stage.put_back(self.ground)
        wrong += [f"apply from nothing: {line}" for line in self._applied(case.documents)]
        anew = self._look(case.documents)
        wrong += [f"consistency from nothing: {line}" for line in self._inconsistent(case.documents, anew)]
        wrong += [f"differential: {line}" for line in self._dissimilar(case.documents, after, anew)]
        return Verdict(case.name, case.fields, 4, tuple(wrong))

    def misuse(self, case: Case) -> Verdict:
        """Refused with a place and a code, and nothing at all happens."""
        before, files = self.stage.changing(), self.stage.keep().files
        ended = self._run(case.documents)
        wrong = [] if ended.code == INVALID else [f"exit {ended.code}, not {INVALID}: {ended.err.strip()[-300:]}"]
        if not (_POSITION.search(ended.err) and _CODE.search(ended.err)):
            wrong.append(f"no place and code: {ended.err.strip()[-300:]}")
        if self.stage.changing() != before or self.stage.keep().files != files:
            wrong.append("something was changed")
        return Verdict(case.name, case.fields, 1, tuple(f"misoperation: {line}" for line in wrong))

    def refusal(self, recipe: Recipe) -> Verdict:
        """Valid documents that cannot come true, then the good ones again."""
        documents = recipe.applied(base())
        return self._hindered(Case(recipe.name, documents, frozenset()), ["meant to fail"], recipe.harmless)

    def sites_reached(self) -> dict[str, Tree]:
        """The sites, with where the lab's devices answer."""
        folder = Folder.under(self.stage.folder).sites
        trees = [yaml.safe_load(file.read_text()) for file in sorted(folder.glob("*.yaml"))]
        return {tree["metadata"]["name"]: tree for tree in trees}

    def idle(self, case: Case) -> Verdict:
        """A Site that nothing uses is described otherwise: there is nothing to do.  Begins where the base left off."""
        before = self.stage.changing()
        wrong = [f"misoperation: {line}" for line in self._applied(case.documents)]
        wrong += [] if self.stage.changing() == before else ["misoperation: a device was changed"]
        return Verdict(case.name, case.fields, 1, tuple(wrong))

    def site_change(self, change: SiteChange, fields: frozenset[str]) -> Verdict:
        """Of a Site that is in use."""
        if change.outcome is Outcome.HINDERED:
            return self._hindered(Case(change.name, change.documents, fields), [change.outcome.value], harmless=True)
        self.stage.put_back(self.begun)
        wrong = [f"apply: {line}" for line in self._applied(change.documents)]
        sites = {name: tree for (kind, name), tree in change.documents.items() if kind == "Site"}
        seen = self._look(change.documents)
        want = expect(change.documents, sites)
        wrong += [f"consistency: {line}" for line in inconsistencies(want, seen.picture, seen.books, sites)]
        wrong += [f"idempotence: {line}" for line in self._unsettled()]
        wrong += [f"recovery: {line}" for line in self._recovered()]
        return Verdict(change.name, fields, 3, tuple(wrong))

    def begin(self) -> None:
        self.stage.put_back(self.begun)

    def _hindered(self, case: Case, obstacles: list[str], harmless: bool = False) -> Verdict:
        self.stage.put_back(self.begun)
        ended = self._run(case.documents, "--timeout", "20s")
        wrong = []
        if ended.code == 0 or not ended.err.strip():
            wrong.append(f"misoperation: exit {ended.code} although {'; '.join(obstacles)}")
        if "Traceback" in ended.err or "internal error" in ended.err:
            wrong.append(f"misoperation: {ended.err[-500:]}")
        if harmless:
            before, after = self.seen.picture["hosts"], self.stage.picture()["hosts"]
            lost = [host for host in before if after[host]["domains"] != before[host]["domains"]]
            wrong += [f"misoperation: the machines on {host} are not what they were" for host in lost]
        wrong += [f"recovery: {line}" for line in self._recovered()]
        return Verdict(case.name, case.fields, 2, tuple(wrong))

    def _run(self, documents: Documents, *words: str) -> Ended:
        file = self.stage.write("documents", render(documents))
        return self.stage.run("apply", "-f", file, "--yes", *words, watched=False)

    def _applied(self, documents: Documents) -> list[str]:
        ended = self._run(documents)
        return [] if ended.code == 0 else [f"exit {ended.code}: {ended.err.strip()[-500:]}"]

    def _look(self, documents: Documents) -> Seen:
        return Seen(self.stage.picture(), self.stage.books(experiment_of(documents)["metadata"]["name"]))

    def _expected(self, documents: Documents) -> Expected:
        return expect(documents, self.sites)

    def _inconsistent(self, documents: Documents, seen: Seen) -> list[str]:
        found = inconsistencies(self._expected(documents), seen.picture, seen.books, self.sites)
        if seen.picture["hosts"][_BYSTANDERS] != self.seen.picture["hosts"][_BYSTANDERS]:
            found.append("the bystander's host was touched")
        return found

    def _unsettled(self) -> list[str]:
        before, file = self.stage.changing(), str(self.stage.folder / "documents.yaml")
        ended = self.stage.run("plan", "-f", file, "--detailed-exitcode", watched=False)
        wrong = [] if ended.code == 0 else [f"a further plan exits {ended.code}: {ended.out.strip()[-500:]}"]
        return wrong + ([] if self.stage.changing() == before else ["planning changed a device"])

    def _recovered(self) -> list[str]:
        """The base documents again: everything is as it was."""
        documents = base()
        if wrong := self._applied(documents):
            return wrong
        seen = self._look(documents)
        return self._inconsistent(documents, seen) + self._dissimilar(documents, seen, self.seen)

    def _dissimilar(self, documents: Documents, seen: Seen, wanted: Seen) -> list[str]:
        want = self._expected(documents)
        found = essence(want, seen.picture, seen.books)
        return differing(found, essence(want, wanted.picture, wanted.books))


@contextmanager
def open_acto() -> Iterator[Acto]:
    """A stage with a bystander on it, and the base documents applied beside."""
    texts = {**texts_under("specs/sites", "specs/environments"), "lab.yaml": lab_documents()}
    with open_stage(texts) as stage:
        file = stage.write(BYSTANDER, render_experiment(BYSTANDER, bystander()))
        _must(stage.run("apply", "-f", file, "-f", "specs/environments", "--yes"))
        ground, documents = stage.keep(), base()
        _must(stage.run("apply", "-f", stage.write("documents", render(documents)), "--yes"))
        name = experiment_of(documents)["metadata"]["name"]
        seen = Seen(stage.picture(), stage.books(name))
        acto = Acto(stage, site_trees(), ground, stage.keep(), seen)
        wrong = inconsistencies(expect(documents, acto.sites), seen.picture, seen.books, acto.sites)
        assert not wrong, wrong
        yield acto


def site_trees() -> dict[str, Tree]:
    trees = [yaml.safe_load(text) for text in texts_under("specs/sites").values()]
    return {tree["metadata"]["name"]: tree for tree in trees}


def _must(ended: Ended) -> None:
    assert ended.code == 0, f"exit {ended.code}\n{ended.out}\n{ended.err}"
