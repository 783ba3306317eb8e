"""What a beat of a script becomes on the wire: words, a file out of the drawer, a card."""

from random import Random

from .samples import SAMPLES
from .scripts.beats import Beat, sample
from .world import World


def content(world: World, open_kfid: str, beat: Beat, rng: Random) -> dict:
    """The arguments of World.say for one beat."""
    if beat.choices:
        return {"content": rng.choice(beat.choices)}
    if beat.kind in SAMPLES:
        return {"data": sample(beat.sample), "filename": beat.sample}
    if beat.sample:
        return {**beat.fields, "thumb_media_id": _thumbnail(world, open_kfid, beat.sample)}
    return beat.fields


def _thumbnail(world: World, open_kfid: str, name: str) -> str:
    """The media_id of a card's picture."""
    corp_id = world.corp_of(open_kfid).corp_id
    return world.media.add(corp_id, "image", name, sample(name), world.clock.now()).media_id
