"""The errors of ltviz: each is an `LtvizError`, and also the built-in error that its kind of fault calls for.

A fault that stops nothing is a warning.
"""

from __future__ import annotations


class LtvizError(Exception):
    """Any fault that ltviz reports in its own words."""


class BadInput(LtvizError, ValueError):
    """An argument broke a rule; the message names it, the value seen, the rule and the way out."""


class BadDeclaration(LtvizError, TypeError):
    """A loss, view or method is declared wrongly (a missing title, a name taken twice)."""


class LikelyMistake(UserWarning):
    """What was given may be meant so, but is more likely something else; the message says what, and the way out."""


class DataError(LtvizError, ValueError):
    """Data or a file is not what it should be: too few samples, a wrong hash, a path in the way."""


class CheckpointError(LtvizError, ValueError):
    """A checkpoint cannot be used; what is in memory is unchanged."""


class TrainingDiverged(LtvizError, ArithmeticError):
    """The training loss became NaN or infinite."""


class MissingExtra(LtvizError, ImportError):
    """Something optional (Chrome, a package) is needed here and absent; the message says what to install."""


class NotRight(LtvizError, AssertionError):
    """An answer to an exercise is not right, where a grader must see it as a failure."""


class RecordWarning(UserWarning):
    """A recorded run is left out, or trained again."""
