"""One workload: learn what an undisturbed run of it sees, then run it again and again with its view perturbed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from tests.campaigns.sieve.judging import End, differences, look
from tests.campaigns.sieve.plans import plans
from tests.campaigns.sieve.workloads import BYSTANDER, NAME, Workload, bystander, documents, render
from tests.campaigns.stage.stage import Ended, KeptGeneration, Stage, open_stage, texts_under
from tests.campaigns.stage.watching import Perturbation

RUNS = 4
"""With no more runs than this an experiment has to be where it is wanted, whatever happened in the first."""
EXTRA_COMMITS = 1


@dataclass(frozen=True, slots=True)
class Learned:
    """What an undisturbed run began with, came by, and led to."""

    workload: Workload
    start: KeptGeneration
    command: tuple[str, ...]
    events: tuple[str, ...]
    end: End

    @property
    def plans(self) -> tuple[Perturbation, ...]:
        return tuple(plans(self.events))


@dataclass(frozen=True, slots=True)
class Verdict:
    """``struck``: the run came by the event.  ``runs`` is how many it took, ``wrong`` what was not as it had to be."""

    workload: str
    perturbation: Perturbation
    struck: bool
    runs: int
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sieve:
    stage: Stage
    ground: KeptGeneration
    images: tuple[str, ...]

    def learn(self, workload: Workload) -> Learned:
        stage = self.stage
        stage.put_back(self.ground)
        if workload.before is not None:
            self._must(*self._apply(workload.before))
        for broken in workload.broken:
            stage.ask_lab("break", **asdict(broken))
        start = stage.keep()
        stage.put_back(start)
        command = ("destroy", NAME, "--yes") if workload.after is None else self._apply(workload.after)
        ended = self._must(*command)
        self._must_be_settled(workload)
        return Learned(workload, start, command, ended.events, look(stage))

    def judge(self, learned: Learned, perturbation: Perturbation) -> Verdict:
        stage = self.stage
        stage.put_back(learned.start)
        if learned.workload.after is not None:
            self._apply(learned.workload.after)  # writes its file
        ended = stage.run(*learned.command, perturbation=perturbation)
        struck, runs = f"perturbed {perturbation.event}" in ended.events, 1
        while ended.code != 0 and runs < RUNS:
            ended, runs = stage.run(*learned.command), runs + 1
        wrong = [] if ended.code == 0 else [f"run {runs} exited {ended.code}: {ended.err.strip()[-500:]}"]
        if not wrong:
            wrong += differences(look(stage), learned.end, EXTRA_COMMITS)
            wrong += self._unsettled(learned.workload)
        return Verdict(learned.workload.name, perturbation, struck, runs, tuple(wrong))

    def _apply(self, spec: dict[str, object]) -> tuple[str, ...]:
        file = self.stage.write(NAME, render(NAME, spec))
        return ("apply", "-f", file, *self.images, "--yes")

    def _must(self, *words: str) -> Ended:
        ended = self.stage.run(*words)
        assert ended.code == 0, f"{' '.join(words)} exited {ended.code}\n{ended.out}\n{ended.err}"
        return ended

    def _must_be_settled(self, workload: Workload) -> None:
        assert not (wrong := self._unsettled(workload)), wrong

    def _unsettled(self, workload: Workload) -> list[str]:
        """The same once more would do something, or merely to plan it changes a device."""
        if workload.after is None:
            return []
        before = self.stage.changing()
        file = str(self.stage.folder / f"{NAME}.yaml")
        ended = self.stage.run("plan", "-f", file, *self.images, "--detailed-exitcode", watched=False)
        wrong = [] if ended.code == 0 else [f"a further plan is not empty ({ended.code}): {ended.out.strip()[-500:]}"]
        return wrong + ([] if self.stage.changing() == before else ["planning changed a device"])


@contextmanager
def open_sieve() -> Iterator[Sieve]:
    """A stage with a bystander on it."""
    with open_stage(texts_under("specs/sites", "specs/environments")) as stage:
        images = ["-f", "specs/environments"]
        for name, text in documents().items():
            images += ["-f", stage.write(name, text)]
        words = ("apply", "-f", stage.write(BYSTANDER, render(BYSTANDER, bystander())), *images, "--yes")
        ended = stage.run(*words)
        assert ended.code == 0, ended.err
        yield Sieve(stage, stage.keep(), tuple(images))


def run(sieve: Sieve, workload: Workload, chosen: Sequence[int] | None = None) -> Iterator[Learned | Verdict]:
    """First what was learned, then a verdict on each plan, or on those of these numbers."""
    learned = sieve.learn(workload)
    yield learned
    for number, perturbation in enumerate(learned.plans):
        if chosen is None or number in chosen:
            yield sieve.judge(learned, perturbation)
