"""Who is at work here, as the log names them."""

from __future__ import annotations

import os
import pwd


def operator() -> str:
    """Name the user of this process, and the machine, as `login@host`."""
    user = os.getuid()
    try:
        login = pwd.getpwuid(user).pw_name
    except KeyError:  # as in a container that is run under a number
        login = str(user)
    return f"{login}@{os.uname().nodename}"
