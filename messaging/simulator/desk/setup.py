"""World verbs of the Desk management panel: the app, accounts, groups, members, users."""

from messaging.simulator.errors import Impossible

from .model import OFFLINE, STATUSES, App, Client, Group, Member, Service


class Setup:
    """Mixed into World."""

    def set_app(self, sdk_app_id: int, key: str, admin: str = "administrator") -> App:
        """The one application of this world; its callback is kept."""
        old = self.app
        self.app = App(sdk_app_id, key, admin, old.callback_url, old.callback_token)
        self.changed("setup")
        return self.app

    def set_callback(self, url: str, token: str = "") -> App:
        """Where Desk calls back, and the token it signs with; without one it does not sign."""
        self.app.callback_url, self.app.callback_token = url, token
        self.changed("setup")
        return self.app

    def add_service(self, user_id: str, name: str = "", **settings: object) -> Service:
        """A customer-service account; `settings` are the other fields of Service."""
        self.services[user_id] = Service(user_id, name or user_id, **settings)
        self.changed("setup")
        return self.services[user_id]

    def set_service(self, user_id: str, **settings: object) -> Service:
        service = self.service(user_id)
        for name, value in settings.items():
            if not hasattr(service, name):
                raise Impossible(f"an account has no {name}")
            setattr(service, name, value)
        self.changed("setup")
        return service

    def add_group(self, group_id: int, name: str = "") -> Group:
        self.groups[group_id] = Group(group_id, name or f"Group {group_id}")
        self.changed("setup")
        return self.groups[group_id]

    def add_member(
        self, mail: str, name: str = "", groups: list[int] | None = None, **settings: object
    ) -> Member:
        """A human agent; `settings`: status, limit."""
        self.members[mail] = Member(mail, name or mail.partition("@")[0], groups or [], **settings)
        self.changed("setup")
        self.work_queue()
        return self.members[mail]

    def add_client(self, user_id: str, nickname: str = "", **settings: object) -> Client:
        """A user of the app; `settings`: channel, platform, ip."""
        self.clients[user_id] = Client(user_id, nickname or user_id, **settings)
        self.changed("setup")
        return self.clients[user_id]

    def set_status(self, mail: str, status: str, rest_reason: str = "") -> Member:
        """A member signs in or out, or takes a break. Whoever waits may then be served."""
        if status not in (*STATUSES, OFFLINE):
            raise Impossible(f"no status {status}")
        member = self.member(mail)
        member.status, member.rest_reason = status, rest_reason
        self.changed("setup")
        self.work_queue()
        return member

    def service(self, user_id: str | None = None) -> Service:
        """The named customer-service account, or the first one."""
        if user_id is None and self.services:
            return next(iter(self.services.values()))
        return _found(self.services, user_id, "customer-service account")

    def client(self, user_id: str) -> Client:
        return _found(self.clients, user_id, "user")

    def member(self, mail: str) -> Member:
        return _found(self.members, mail, "agent")


def _found(things: dict, key: object, what: str):
    if key not in things:
        raise Impossible(f"no {what} {key}")
    return things[key]
