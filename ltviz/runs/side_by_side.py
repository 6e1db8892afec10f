"""Runs side by side on one device: their steps taken in turn, and none that fails ends another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext

from ltviz.runs.run import Course
from ltviz.runs.stopping import whole
from ltviz.training.epoch import FAULTS, Epoch
from ltviz.training.trainer import Trainer


def run_epochs(trainers: Sequence[Trainer], stepped: Sequence[Callable[[], object]] = ()) -> list[Epoch | Exception]:
    """Run one epoch of each trainer, their steps taken in turn: on a GPU they compute at the same time.

    One that diverges, or that the machine fails, gives its error in place of its epoch; the others go on. `stepped`,
    where it is given, has a callable for each, to be called whenever it has launched a step.
    """
    running = {k: trainer.steps() for k, trainer in enumerate(trainers)}
    ended: dict[int, Epoch | Exception] = {}
    while running:
        for k in tuple(running):
            try:
                next(running[k])
                if stepped:
                    stepped[k]()
            except StopIteration as end:
                ended[k] = end.value
            except FAULTS as error:
                ended[k] = error
            if k in ended:
                del running[k]
    return [ended[k] for k in range(len(trainers))]


def run(courses: Sequence[Course], progress: bool) -> dict[int, Exception]:
    """Train all to the end, their epochs side by side; return what ended each that failed, by its place.

    On a GPU they compute at the same time. After a signal, or Ctrl-C in a notebook, all are saved.
    """
    failed: dict[int, Exception] = {}
    with ExitStack() as bars:
        for course in courses:
            course.together = len(courses)
            bars.enter_context(course.told(progress))
        try:
            while going := {k: c for k, c in enumerate(courses) if k not in failed and not c.done}:
                held = all(course._quick for course in going.values())
                with whole() if held else nullcontext():
                    for course in going.values():
                        if course._between and not held:  # this epoch may be left half-way
                            course._state = course._now()
                        course._between = False
                    trainers = [course.trainer for course in going.values()]
                    epochs = run_epochs(trainers, [course.progress.step for course in going.values()])
                    for (k, course), epoch in zip(going.items(), epochs, strict=True):
                        try:
                            course.after(epoch)
                        except FAULTS as error:
                            failed[k] = error
                        course._between = course._quick
            for k, course in enumerate(courses):
                if k not in failed:
                    course.keep()  # measuring and recording take a while yet
        except BaseException:
            for k, course in enumerate(courses):
                if k not in failed:
                    course.keep()
            raise
    return failed
