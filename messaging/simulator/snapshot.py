"""Keeping a world in a file across restarts of the demo.

A pickle: the file is our own, never read from anywhere else.
"""

import asyncio
import logging
import os
import pickle
from pathlib import Path

from .world import World

log = logging.getLogger(__name__)
EVERY = 1.0  # seconds


def save(world: World, path: Path) -> None:
    """Write beside the file and then replace it, so that a crash leaves the old one."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(pickle.dumps(world, protocol=pickle.HIGHEST_PROTOCOL))
    os.replace(beside, path)


def load(path: Path) -> World | None:
    """The saved world, or None when there is none that this version can read."""
    if not path.exists():
        return None
    try:
        return pickle.loads(path.read_bytes())
    except Exception as error:
        log.warning("cannot read %s (%s): starting afresh", path, error)
        return None


async def keep(world: World, path: Path) -> None:
    """Save whenever something has changed, at most once a second, and at the end."""
    saved = None
    try:
        while True:
            if world.version != saved:
                saved = world.version
                save(world, path)
            await asyncio.sleep(EVERY)
    finally:
        save(world, path)
