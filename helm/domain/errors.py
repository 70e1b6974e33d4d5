"""The failures that helm foresees; any other exception is a bug and keeps its traceback."""


class HelmError(Exception):
    """A foreseen failure. Its text is one line that says what is wrong and what to do.

    Where these are told apart, `cure` is what to do; else that is in `reason` too, or not known.
    """

    def __init__(self, reason: str, cure: str = "") -> None:
        super().__init__(f"{reason}; {cure}" if cure else reason)
        self.reason = reason
        self.cure = cure


class IllegalCommand(HelmError):
    """A command that the run cannot obey in its present state; nothing was written."""


class VerdictUnreadable(HelmError):
    """A verifier's answer that does not follow the two-line form; never counts as ok."""
