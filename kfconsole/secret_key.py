"""The key of an installation that was given none: made once, kept readable by its owner only."""

import os
import secrets
from pathlib import Path


def stored_secret_key(folder: Path) -> str:
    """Return the key kept in `folder`, making it at the first start.

    Two processes that start together agree on one key: the file appears whole or not at all.
    """
    path = folder / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    draft = folder / f".secret_key.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was quicker
    finally:
        draft.unlink()
    return path.read_text().strip()
