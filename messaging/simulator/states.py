"""The transition matrix of service_state/trans (protocol §4.3)."""

from .errors import Refused
from .model import ASSISTANT, ENDED, NEW, POOL, SERVICER
from .options import Options

# Stated in official prose or tested on real accounts.
CERTAIN = {
    (NEW, ASSISTANT),
    (NEW, POOL),
    (NEW, SERVICER),
    (ASSISTANT, POOL),
    (ASSISTANT, SERVICER),
    (POOL, SERVICER),
    (SERVICER, SERVICER),
    (SERVICER, ENDED),
}
SPEAKING = (NEW, ASSISTANT)


def check_transition(old: int, new: int, options: Options) -> None:
    """Raise 95013 from an ended session, 95016 for a move the platform refuses."""
    if old == ENDED:
        raise Refused(95013)
    if (old, new) not in CERTAIN and not options.unsure.get(f"{old}>{new}"):
        raise Refused(95016)
