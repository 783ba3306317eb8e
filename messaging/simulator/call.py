"""One API call on its way: what its handler needs to know, and the checks most handlers share."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .errors import Refused
from .fields import string
from .model import Account, Corp
from .web import Request

if TYPE_CHECKING:
    from .world import World


@dataclass
class Call:
    world: "World"
    name: str
    request: Request
    corp: Corp | None = None  # absent only in gettoken
    body: dict = field(default_factory=dict)

    @property
    def now(self) -> float:
        return self.world.clock.now()

    def account(self, body: dict | None = None) -> Account:
        """The account of `open_kfid`: 95000, 95004 or 48007 when the app may not use it."""
        open_kfid = string(self.body if body is None else body, "open_kfid")
        if len(open_kfid) > 64 or not re.fullmatch(r"wk[\w-]+", open_kfid):
            raise Refused(95000)
        account = self.world.account(open_kfid)
        if account.corp_id != self.corp.corp_id:
            raise Refused(95004)
        if not account.manage_privilege:
            raise Refused(48007)
        return account

    def customer(self, name: str = "external_userid") -> str:
        """The id of a customer of this corp, or 40096."""
        customer = self.world.customer(string(self.body, name, 128))
        if customer.corp_id != self.corp.corp_id:
            raise Refused(40096)
        return customer.external_userid
