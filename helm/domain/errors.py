"""The failures that helm foresees; any other exception is a bug and keeps its traceback."""


class HelmError(Exception):
    """A foreseen failure. Its text is one line that says what is wrong and what to do."""


class IllegalCommand(HelmError):
    """A command that the run cannot obey in its present state; nothing was written."""


class VerdictUnreadable(HelmError):
    """A verifier's answer that does not follow the two-line form; never counts as ok."""
