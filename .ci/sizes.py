"""Check the sizes that docs/style allow: files, functions and folders of the packages."""

import ast
import sys
from collections import Counter
from pathlib import Path

FILE, FUNCTION, FOLDER = 600, 50, 12


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function of a module."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def complaints(root: Path) -> list[str]:
    """Say what is too long or too full under `root`."""
    files = [p for p in sorted(root.rglob("*.py")) if "migrations" not in p.parts]
    found = []
    for file in files:
        text = file.read_text()
        if (lines := text.count("\n")) > FILE:
            found.append(f"{file}: {lines} lines, at most {FILE}")
        for function in functions(ast.parse(text)):
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > FUNCTION:
                found.append(f"{file}:{function.lineno} {function.name}: {length} lines")
    folders = Counter(file.parent for file in files if file.name != "__init__.py")
    found += [f"{f}: {n} files, at most {FOLDER}" for f, n in folders.items() if n > FOLDER]
    return found


if __name__ == "__main__":
    found = complaints(Path("src"))
    sys.exit("\n".join(found) or 0)
