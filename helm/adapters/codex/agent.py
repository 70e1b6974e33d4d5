"""The command line of codex, and where to find the program."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from helm.adapters.codex.ladder import end_orphan
from helm.adapters.codex.process import started
from helm.adapters.codex.toml import quoted
from helm.app.errors import AgentUnavailable
from helm.app.ports import AgentProcess
from helm.domain.events import AgentSpawned, Role, WorkerSandbox
from helm.domain.steps import CallAgent
