"""Imports point down only: kfconsole over sessions over messaging; and what else drifts."""

import ast
import functools
import re
import subprocess
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "kfconsole", "sessions", "messaging", "templates", "static"),
    *("tests", "docs", ".ci", ".gitignore", "Makefile", "LICENSE", "README.md", "README.zh-CN.md"),
    *("requirements.txt", "requirements-dev.txt"),
}
MAX_LINES = 300
TEMPLATE_USE = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)""")
DESK_TEMPLATES = ("sessions/", "reports/", "registration/")


@functools.cache
def tree() -> list[Path]:
    """What git knows or would add, so that caches and data do not count."""
    if not (ROOT / ".git").exists():
        everything = (
            path for name in TOP_LEVEL for path in [ROOT / name, *(ROOT / name).rglob("*")]
        )
        return [path for path in everything if "__pycache__" not in path.parts]
    listed = subprocess.run(
        # The folder of a CI job often belongs to another user.
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0")]


def files(folder: str = ".", suffix: str = "") -> list[Path]:
    return [
        path
        for path in tree()
        if path.is_file() and path.is_relative_to(ROOT / folder) and path.name.endswith(suffix)
    ]


def imports(path: Path) -> Iterator[str]:
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def offences(folder: str, is_forbidden) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(folder, ".py")
        for name in imports(path)
        if is_forbidden(name)
    ]


def test_the_wire_imports_neither_the_desk_nor_the_wiring():
    above = re.compile(r"(sessions|kfconsole)(\.|$)")
    assert not offences("messaging", above.match)


def test_the_desk_does_not_import_the_wiring():
    assert not offences("sessions", re.compile(r"kfconsole(\.|$)").match)


def test_nothing_but_tests_imports_tests():
    for folder in ("messaging", "sessions", "kfconsole"):
        assert not offences(folder, re.compile(r"tests(\.|$)").match)


def test_the_simulator_takes_only_cryptography_from_the_rest():
    ours = re.compile(r"(messaging|sessions|kfconsole)\.")
    allowed = re.compile(r"messaging\.(simulator|backends\.\w+\.crypto)(\.|$)")
    assert not offences(
        "messaging/simulator", lambda name: ours.match(name) and not allowed.match(name)
    )


def test_templates_of_the_wire_use_none_of_the_desk():
    for folder in ("templates/messaging", "templates/simulator"):
        for path in files(folder, ".html"):
            for used in TEMPLATE_USE.findall(path.read_text()):
                assert not used.startswith(DESK_TEMPLATES), f"{path} uses {used}"


def test_code_of_the_wire_names_no_template_of_the_desk():
    for path in files("messaging", ".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and str(node.value).endswith(".html"):
                assert not str(node.value).startswith(DESK_TEMPLATES), f"{path}: {node.value}"


def test_the_top_level_holds_only_what_was_agreed():
    assert {path.relative_to(ROOT).parts[0] for path in files()} <= TOP_LEVEL


def test_no_python_file_is_longer_than_a_reader_bears():
    for path in files(suffix=".py"):
        if "migrations" not in path.parts:
            assert len(path.read_text().splitlines()) <= MAX_LINES, path


def test_no_file_names_a_place_of_this_machine():
    places = [f"{Path.home()}/"] if len(ROOT.parts) < 3 else [f"{Path.home()}/", str(ROOT)]
    named = re.compile(r"(?<![\w.-])(" + "|".join(map(re.escape, places)) + ")")
    for path in files():
        assert not named.search(path.read_text(errors="replace")), path


def test_requirements_name_no_package_index():
    for path in ROOT.glob("requirements*.txt"):
        assert "://" not in path.read_text()
        assert "--" not in path.read_text()
