"""Access tokens (protocol §1.1): for one corp, for two hours, or until we change our mind."""

import secrets
from dataclasses import dataclass, field

from .errors import Refused

DAY = 24 * 3600


@dataclass
class Tokens:
    """token -> (corp_id, expires_at). Expired ones are remembered for a day, to say 42001."""

    issued: dict[str, tuple[str, float]] = field(default_factory=dict)

    def issue(self, corp_id: str, life: int, now: float, reuse: bool) -> tuple[str, int]:
        """(token, seconds left); the same token while it is valid, when `reuse`."""
        for token in [t for t, (_, until) in self.issued.items() if until + DAY < now]:
            del self.issued[token]
        for token, (owner, until) in self.issued.items():
            if reuse and owner == corp_id and until > now:
                return token, int(until - now)
        token = secrets.token_urlsafe(160)
        self.issued[token] = (corp_id, now + life)
        return token, life

    def corp_id(self, token: str, now: float) -> str:
        """Whose token it is; 41001, 40014 or 42001 when it is nobody's."""
        if not token:
            raise Refused(41001)
        if token not in self.issued:
            raise Refused(40014)
        corp_id, until = self.issued[token]
        if until <= now:
            raise Refused(42001)
        return corp_id

    def invalidate(self, corp_id: str | None = None) -> None:
        """Take tokens back before their time, as the platform reserves for itself."""
        self.issued = {t: kept for t, kept in self.issued.items() if corp_id and kept[0] != corp_id}
