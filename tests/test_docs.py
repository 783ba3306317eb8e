"""What the documents say can be found in the code, and the other way round."""

import re
from itertools import zip_longest
from pathlib import Path

import pytest

from messaging import kinds

ROOT = Path(__file__).resolve().parent.parent
README, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
DOCS = [README, CHINESE, *sorted((ROOT / "docs").glob("*.md"))]
SETTING = re.compile(r"""\benv\.\w+\(\s*["'](\w+)["']""")
LINK = re.compile(r"""\]\(([^)\s]+)\)|\b(?:src|srcset)="([^"]+)\"""")
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|html))`")
FOLDERS = (
    "",
    "templates",
    "tests",
    "messaging",
    "sessions",
    "sessions/views",
    "kfconsole",
    "messaging/backends/wecom",
)


def headings(path: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text()), re.MULTILINE)


def anchor(heading: str) -> str:
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def told(text: str, name: str) -> bool:
    """Does a line of a table begin with this name?"""
    return re.search(rf"^\|[^|]*`{name}`[^|]*\|", text, re.MULTILINE) is not None


def test_every_setting_is_explained():
    text = (ROOT / "docs/settings.md").read_text()
    names = SETTING.findall((ROOT / "kfconsole/settings.py").read_text())
    assert "KF_PUBLIC_URL" in names
    assert [name for name in names if not told(text, name)] == []


def test_no_setting_is_explained_that_is_not_there():
    code = (ROOT / "kfconsole/settings.py").read_text() + (ROOT / "tests/conftest.py").read_text()
    code += (ROOT / "tests/browser.py").read_text()
    names = {name for path in DOCS for name in re.findall(r"\bKF_[A-Z_]+\b", path.read_text())}
    assert {name for name in names if name not in code and not name.endswith("_")} == set()


def test_every_kind_is_explained():
    text = (ROOT / "docs/wecom.md").read_text()
    assert [name for name in kinds.KINDS if not told(text, name)] == []


@pytest.mark.parametrize("readme", [README, CHINESE], ids=["english", "chinese"])
def test_every_command_is_listed(readme):
    commands = {path.stem for path in (ROOT / "kfconsole/management/commands").glob("[a-z]*.py")}
    listed = set(re.findall(r"^\| `(\w+)[^|]*", readme.read_text(), re.MULTILINE))
    assert commands <= listed


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for match in LINK.finditer(FENCE.sub("", path.read_text())):
        address, _, part = (match[1] or match[2]).partition("#")
        if address.startswith("http"):
            continue
        target = (path.parent / address).resolve() if address else path
        assert target.exists(), address
        assert not part or part in map(anchor, headings(target)), f"{address}#{part}"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_files_that_are_named_exist(path):
    for name in PATH.findall(path.read_text()):
        assert any((ROOT / folder / name).exists() for folder in FOLDERS), name


def test_both_readmes_are_built_alike():
    english, chinese = headings(README), headings(CHINESE)
    assert len(english) == len(chinese), list(zip_longest(english, chinese))


def test_both_readmes_give_the_same_commands():
    def commands(path: Path) -> list[str]:
        """Everything in code blocks but comments, which are translated."""
        lines = [line for block in FENCE.findall(path.read_text()) for line in block.splitlines()]
        return [bare for line in lines if (bare := re.sub(r"(^|\s)#.*", "", line).strip())]

    assert commands(README) == commands(CHINESE)
