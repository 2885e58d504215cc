"""The portal's own source, read as text and as syntax trees, for the guards that keep the house."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["core", "accounts", "partners", "practices", "visits", "portal"]  # each may import those before it
ROOMS = ["booking", "delegation", "programme", "problems", "release"]  # the same within visits


def files_of(*folders: str, suffix: str = ".py") -> list[Path]:
    """Every file there, as a path from the root of the checkout; migrations are Django's writing."""
    found = [path.relative_to(ROOT) for folder in folders for path in sorted((ROOT / folder).rglob(f"*{suffix}"))]
    return [path for path in found if "migrations" not in path.parts]


def code() -> list[Path]:
    return files_of(*APPS)


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(), filename=str(path))


def module_of(path: Path) -> str:
    """``visits/booking/views.py`` is visits.booking.views."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_in(tree: ast.AST, module: str = "") -> Iterator[str]:
    """Every module that is imported anywhere in it, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def strings_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def functions_of(path: Path) -> list[ast.FunctionDef]:
    """Those that stand at the top of the module."""
    return [node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)]
