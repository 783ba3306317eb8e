from messaging.models.account import Account, Servicer
from messaging.models.callback import Callback, RateWindow, Refusal
from messaging.models.code import Code
from messaging.models.connection import Connection
from messaging.models.customer import Customer, State
from messaging.models.media import Media
from messaging.models.message import Message
from messaging.models.platform_session import PlatformSession
from messaging.models.statistic import Statistic

__all__ = [
    "Account",
    "Callback",
    "Code",
    "Connection",
    "Customer",
    "Media",
    "Message",
    "PlatformSession",
    "RateWindow",
    "Refusal",
    "Servicer",
    "State",
    "Statistic",
]
