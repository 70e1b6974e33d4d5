"""The layers hold: what the domain may import, what nothing may be called, contracts that bite."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOMAIN = sorted((ROOT / "helm/domain").rglob("*.py"))
PURE = {
    "__future__",
    "bisect",
    "collections.abc",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "json",
    "re",
    "typing",
}
IMPURE_NAMES = {"__import__", "breakpoint", "eval", "exec", "input", "open", "print"}
IMPURE_METHODS = {"now", "today", "utcnow"}
SAYS_NOTHING = {"utils", "common", "helpers", "manager", "base"}

# A module that breaks a rule, its first line, and how the report must name it.
SABOTAGE = {
    "domain/opens_database.py": ("import sqlite3", "helm.domain.opens_database -> sqlite3 (l.1)"),
    "domain/joins_paths.py": ("from os.path import join", "helm.domain.joins_paths -> os (l.1)"),
    "domain/knows_pydantic.py": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pydantic",
        "helm.domain.knows_pydantic -> pydantic (l.3)",
    ),
    "domain/knows_app.py": ("import helm.app", "helm.domain.knows_app -> helm.app (l.1)"),
    "domain/knows_root.py": ("import helm", "helm.domain.knows_root -> helm (l.1)"),
    "app/runs_program.py": ("import subprocess", "helm.app.runs_program -> subprocess (l.1)"),
    "app/knows_adapter.py": (
        "import helm.adapters.knows_main",
        "helm.app.knows_adapter -> helm.adapters.knows_main (l.1)",
    ),
    "app/knows_root.py": ("import helm", "helm.app.knows_root -> helm (l.1)"),
    "adapters/knows_main.py": (
        "import helm.__main__",
        "helm.adapters.knows_main -> helm.__main__ (l.1)",
    ),
    "adapters/knows_another.py": (
        "import helm.adapters.knows_main",
        "helm.adapters.knows_another -> helm.adapters.knows_main (l.1)",
    ),
    "adapters/knows_root.py": (
        "from helm import __version__",
        "helm.adapters.knows_root -> helm (l.1)",
    ),
    "stands_in_no_layer.py": ("", "- helm.stands_in_no_layer\n"),
}


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def impurities(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in IMPURE_NAMES:
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr in IMPURE_METHODS:
            yield node.attr


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def sabotaged(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What import-linter says of a copy of this tree in which every rule is broken."""
    tree = tmp_path_factory.mktemp("sabotaged")
    shutil.copy(ROOT / "pyproject.toml", tree)
    shutil.copytree(ROOT / "helm", tree / "helm", ignore=shutil.ignore_patterns("__pycache__"))
    for place, (code, _) in SABOTAGE.items():
        (tree / "helm" / place).write_text(f"{code}\n")
    return lint_imports(tree)


@pytest.mark.parametrize("module", DOMAIN, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_domain_imports_only_itself_and_pure_modules(module: Path) -> None:
    outside = set(imports(ast.parse(module.read_text(encoding="utf-8")))) - PURE
    assert {name for name in outside if not f"{name}.".startswith("helm.domain.")} == set()


@pytest.mark.parametrize("module", DOMAIN, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_domain_reads_no_clock_and_opens_nothing(module: Path) -> None:
    assert set(impurities(ast.parse(module.read_text(encoding="utf-8")))) == set()


def test_few_modules_of_the_screen_know_prompt_toolkit() -> None:
    """All others are values, and are tested as such."""
    modules = sorted((ROOT / "helm/adapters/tui").rglob("*.py"))
    found = {each.name: imports(ast.parse(each.read_text(encoding="utf-8"))) for each in modules}
    known = {name for name, names in found.items() if "prompt_toolkit" in str(list(names))}
    assert known == {"application.py", "bindings.py", "canvas.py", "lending.py"}


def test_nothing_has_a_name_that_says_nothing() -> None:
    folders = [ROOT / name for name in ("helm", "migrations", "tests", "bench", "tools", "docs")]
    found = [path for folder in folders for path in folder.rglob("*")]
    assert [path for path in found if path.stem.lower() in SAYS_NOTHING] == []


def test_the_tree_keeps_its_contracts() -> None:
    result = lint_imports(ROOT)
    assert "Contracts: 4 kept, 0 broken." in result.stdout
    assert result.returncode == 0


def test_sabotage_breaks_every_contract(sabotaged: subprocess.CompletedProcess[str]) -> None:
    assert "Contracts: 0 kept, 4 broken." in sabotaged.stdout
    assert sabotaged.returncode == 1


@pytest.mark.parametrize("place", SABOTAGE)
def test_sabotage_is_reported(sabotaged: subprocess.CompletedProcess[str], place: str) -> None:
    _, reported = SABOTAGE[place]
    assert reported in sabotaged.stdout
