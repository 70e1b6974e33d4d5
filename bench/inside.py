"""Helm in a process that tells at its end what it used itself, without its children.

Called as: python -m bench.inside FILE WORDS..., where WORDS are helm's.
"""

from __future__ import annotations

import atexit
import json
import resource
import runpy
import sys
from pathlib import Path

_UNIT = 1 if sys.platform == "darwin" else 1024


def _tell(path: Path) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    path.write_text(json.dumps({"cpu": cpu, "peak": used.ru_maxrss * _UNIT}))


if __name__ == "__main__":
    atexit.register(_tell, Path(sys.argv.pop(1)).absolute())
    runpy.run_module("helm", run_name="__main__", alter_sys=True)
