"""World verbs of the admin console: corps, accounts, servicers, customers."""

from .errors import Impossible
from .ids import new_external_userid, new_open_kfid
from .model import Account, Corp, Customer, Member, Servicer


class Setup:
    """Mixed into World."""

    def add_corp(
        self,
        corp_id: str,
        secret: str,
        callback_url: str = "",
        callback_token: str = "",
        encoding_aes_key: str = "",
        agent_id: str = "1000002",
        trusted_ips: list[str] | None = None,
    ) -> Corp:
        """A corp with one self-built app; without a callback url it sends no callbacks."""
        corp = Corp(corp_id, [secret], agent_id, trusted_ips=trusted_ips)
        self.corps[corp_id] = corp
        self.set_callback(callback_url, callback_token, encoding_aes_key, corp_id)
        return corp

    def set_callback(self, url: str, token: str, aes_key: str, corp_id: str | None = None) -> Corp:
        """Change where and how callbacks go (protocol §2.1)."""
        corp = self.corp(corp_id)
        corp.callback_url, corp.callback_token, corp.encoding_aes_key = url, token, aes_key
        self.changed("setup")
        return corp

    def corp(self, corp_id: str | None = None) -> Corp:
        """The named corp, or the first one."""
        if corp_id is None and self.corps:
            return next(iter(self.corps.values()))
        if corp_id not in self.corps:
            raise Impossible(f"no corp {corp_id}")
        return self.corps[corp_id]

    def add_account(
        self,
        name: str,
        open_kfid: str | None = None,
        avatar: str = "",
        manage_privilege: bool = True,
        corp_id: str | None = None,
    ) -> Account:
        open_kfid = open_kfid or new_open_kfid()
        corp = self.corp(corp_id)
        account = Account(open_kfid, name, corp.corp_id, avatar, manage_privilege)
        self.accounts[open_kfid] = account
        self.changed("setup")
        return account

    def authorise(self, added: list[str] | None = None, removed: list[str] | None = None) -> None:
        """Give the app accounts or take them away: one kf_account_auth_change (protocol §2.6)."""
        accounts = [[self.account(name) for name in names or ()] for names in (added, removed)]
        for allowed, group in zip((True, False), accounts, strict=True):
            for account in group:
                account.manage_privilege = allowed
        self.changed("auth", *accounts)

    def delete_account(self, open_kfid: str) -> None:
        self.account(open_kfid).deleted = True
        self.changed("setup")

    def add_member(
        self,
        userid: str,
        name: str = "",
        activated: bool = True,
        visible: bool = True,
        corp_id: str | None = None,
    ) -> Member:
        """A person of the directory, who may become a servicer."""
        member = Member(userid, name or userid, activated, visible)
        self.corp(corp_id).members[userid] = member
        self.changed("setup")
        return member

    def add_servicer(
        self,
        open_kfid: str,
        userid: str,
        name: str = "",
        status: int = 0,
        stop_type: int = 0,
        activated: bool = True,
    ) -> Servicer:
        """A member as servicer of an account; `status` 0 receiving, 1 not (stop_type 0/1)."""
        corp_id = self.account(open_kfid).corp_id
        if userid not in self.corp(corp_id).members or name:
            self.add_member(userid, name, activated, corp_id=corp_id)
        servicer = Servicer(userid, status, stop_type)
        self.account(open_kfid).servicers[userid] = servicer
        self.changed("setup")
        return servicer

    def add_customer(
        self,
        nickname: str = "",
        external_userid: str | None = None,
        avatar: str = "",
        gender: int = 0,
        unionid: str = "",
        corp_id: str | None = None,
    ) -> Customer:
        external_userid = external_userid or new_external_userid()
        corp_id = self.corp(corp_id).corp_id
        customer = Customer(external_userid, corp_id, nickname, avatar, gender, unionid)
        self.customers[external_userid] = customer
        self.changed("setup")
        return customer
