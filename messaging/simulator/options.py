"""Switches of the simulated world, most of them for what the documentation leaves open."""

from dataclasses import dataclass, field


@dataclass
class Options:
    """Defaults follow the protocol digest; tests change single fields.

    `unsure`: transitions the documentation does not settle (protocol §4.3, cells `?` and `R`),
    as "from>to": allowed. `limits`: api name -> calls per minute, "*" for every other api.
    """

    unsure: dict[str, bool] = field(
        default_factory=lambda: {"0>4": True, "1>4": True, "2>4": False, "3>2": False}
    )
    send_assigns_assistant: bool = True  # 0 -> 1 by the first API message, protocol §4.4
    event_messages_count: bool = False  # toward the 5 per customer message; not documented
    omit_errcode: bool = False  # a success answer may lack errcode, protocol §1.3
    reuse_access_token: bool = True
    access_token_seconds: int = 7200
    limits: dict[str, int] = field(default_factory=lambda: {"*": 10_000})
    limit_per_hour: int = 150_000
    limit_sync_without_token: int = 600  # per account and minute; the real number is unpublished
    bad_secrets_per_hour: int = 2000
    callback_attempts: int = 3
    callback_timeout: float = 5.0
    callback_retry_delay: float = 1.0
    callback_coalesce: float = 0.0  # seconds in which callbacks of one account are merged
    callbacks_paused: bool = False
    has_faces: bool = False  # customers without a picture of their own get a drawn one
    link_base: str = "https://work.weixin.qq.com"

    def set(self, **values: object) -> None:
        """Change some switches; dictionaries are merged, an unknown name is an error."""
        for name, value in values.items():
            current = getattr(self, name)
            if isinstance(current, dict):
                current.update(value)
            else:
                setattr(self, name, type(current)(value))
