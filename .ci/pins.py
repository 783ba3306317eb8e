"""Write requirements*.txt: the newest versions within the ranges of pyproject.toml.

Run it with the oldest Python we support: what only that one needs is then pinned too.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RUNTIME, DEV = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"


def resolve(*wanted: str) -> dict[str, str]:
    command = [sys.executable, "-m", "pip", "install", "-qq", "--dry-run", "--ignore-installed"]
    done = subprocess.run([*command, "--report", "-", *wanted], stdout=subprocess.PIPE, check=True)
    found = (item["metadata"] for item in json.loads(done.stdout)["install"])
    return {canonicalize_name(one["name"]): one["version"] for one in found}


def pins(direct: list[str], versions: dict[str, str]) -> str:
    extras = {canonicalize_name(it.name): sorted(it.extras) for it in map(Requirement, direct)}
    lines = {
        name: f"{name}{'[' + ','.join(extras[name]) + ']' if extras.get(name) else ''}=={version}"
        for name, version in sorted(versions.items())
    }
    named = [line for name, line in lines.items() if name in extras]
    rest = [line for name, line in lines.items() if name not in extras]
    return "\n".join([*named, "", "# what those need", *rest, ""])


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime, dev = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    note = "# Written by `make pins` from the ranges in pyproject.toml.\n\n"

    versions = resolve(*runtime)
    RUNTIME.write_text(note + pins(runtime, versions))

    more = resolve("-r", str(RUNTIME), *dev)
    more = {name: version for name, version in more.items() if name not in versions}
    DEV.write_text(note + "-r requirements.txt\n\n" + pins(dev, more))


if __name__ == "__main__":
    main()
