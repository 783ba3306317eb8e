"""The message catalogues: compile them, refresh them from the sources, or check that they are whole."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = Path("kfconsole/locale")
LANGUAGE = "zh_Hans"
SOURCES = ["manage.py", "kfconsole", "messaging", "sessions", "templates", "static"]
MAKEMESSAGES = [
    *("manage.py", "makemessages", "--verbosity", "0", "--locale", LANGUAGE),
    # Without line numbers a catalogue changes only when a text does.
    *("--no-location", "--no-wrap", "--no-obsolete"),
    *("--ignore", ".venv", "--ignore", "var", "--ignore", "tests", "--ignore", "docs"),
]


def catalogues(root: Path) -> list[Path]:
    return sorted((root / LOCALE).glob("*/LC_MESSAGES/*.po"))


def compile_all() -> int:
    for source in catalogues(ROOT):
        target = source.with_suffix(".mo")
        unfinished = target.with_suffix(f".{os.getpid()}")
        polib.pofile(source).save_as_mofile(unfinished)
        unfinished.replace(target)  # a running server never reads half a catalogue
    return 0


def refresh(root: Path = ROOT) -> int:
    with tempfile.TemporaryDirectory() as data:
        subprocess.run(
            [sys.executable, *MAKEMESSAGES],
            cwd=root,
            env={**os.environ, "KF_DATA_DIR": data, "SECRET_KEY": "unused"},
            check=True,
        )
    return 0


def check() -> int:
    if not catalogues(ROOT):
        print(f"There is no catalogue in {LOCALE}: run `make messages`.")
        return 1
    complaints = [*untranslated(), *malformed(), *out_of_date()]
    print("\n".join(complaints) or "complete")
    return bool(complaints)


def untranslated() -> list[str]:
    return [
        f"{source.relative_to(ROOT)}: {'fuzzy' if entry.fuzzy else 'no translation'}: {entry.msgid!r}"
        for source in catalogues(ROOT)
        for entry in polib.pofile(source)
        if not entry.obsolete and not entry.translated()
    ]


def malformed() -> list[str]:
    """What gettext itself refuses, such as a translation that lost its %(name)s."""
    checks = [
        subprocess.run(
            [
                "msgfmt",
                "--check-format",
                "--output-file",
                os.devnull,
                str(source.relative_to(ROOT)),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        for source in catalogues(ROOT)
    ]
    return [done.stderr.strip() for done in checks if done.returncode]


def out_of_date() -> list[str]:
    """Compare with what a refresh would write, made in a copy: a check leaves the tree alone."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in SOURCES:
            copy_source(ROOT / name, copy / name)
        refresh(copy)
        return [
            complaint
            for fresh in catalogues(copy)
            for complaint in differences(ROOT / fresh.relative_to(copy), fresh)
        ]


def copy_source(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    else:
        shutil.copy(source, target)


def differences(kept: Path, fresh: Path) -> list[str]:
    old, new = texts(kept), texts(fresh)
    return [
        *(
            f"not in the catalogue (run `make messages`): {text!r}"
            for *_, text in sorted(new - old)
        ),
        *(
            f"no longer in the sources (run `make messages`): {text!r}"
            for *_, text in sorted(old - new)
        ),
    ]


def texts(catalogue: Path) -> set[tuple[str, str, str]]:
    if not catalogue.exists():
        return set()
    return {
        (entry.msgctxt or "", entry.msgid_plural, entry.msgid)
        for entry in polib.pofile(catalogue)
        if not entry.obsolete
    }


if __name__ == "__main__":
    jobs = {"compile": compile_all, "check": check, "refresh": lambda: refresh() or compile_all()}
    sys.exit(jobs[sys.argv[1]]())
