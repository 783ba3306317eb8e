"""Who can mend a failure, and what the machinery does about it before it asks anybody."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Who(StrEnum):
    AGENT = "agent"
    ADMIN = "admin"
    CUSTOMER = "customer"
    PLATFORM = "platform"

    @property
    def label(self) -> Promise:
        return _WHO[self]


_WHO = {
    Who.AGENT: _("You"),
    Who.ADMIN: _("An administrator"),
    Who.CUSTOMER: _("The customer"),
    Who.PLATFORM: _("The platform"),
}


class Cure(StrEnum):
    NONE = "none"  # permanent: the message has failed
    RETRY = "retry"  # passing: try again later
    TOKEN = "token"  # fetch a new access token and try once more
    STATE = "state"  # read the session's state again, then explain
    CONFIG = "config"  # a setting is wrong: show it on the connection, do not loop
    DONE = "done"  # the first try had arrived
