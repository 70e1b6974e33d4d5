"""helm: a coding agent implements a written spec, a second one judges it, and all is on record.

The public API is `helm.open`; `import helm` by itself loads no adapter and opens nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from helm.app.runner import Runner

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def open(  # noqa: A001  `helm.open` reads as `gzip.open` does
    path: str | os.PathLike[str] = ".", *, database: str | os.PathLike[str] | None = None
) -> Runner:
    """Open the workspace at or above `path` and return the Runner for its specs.

    `database` names another log than the workspace's own. Raises `helm.domain.errors.HelmError`
    where the workspace or its configuration is invalid.
    """
    from helm.__main__ import compose  # noqa: PLC0415  the adapters are loaded when one is opened

    return compose(path, database=database)
