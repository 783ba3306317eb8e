"""What the desk knows about a customer, as the side panel shows it: profile, tags, fields, notes, past.

    announce_card(customer, "tags")     beside the write: every page that shows them draws it anew
    context(agent, session)             all of it for one page

What is pushed is the same for every viewer. An editor that is open is not drawn over: the forms of
fields are left alone while somebody writes in them (frames/card.html), and saving an older version is
refused (models/field.py).
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from messaging import budget, leases, live
from messaging.fragments import draw
from messaging.models import Customer, Message
from sessions import fragments
from sessions.forms_card import ValueForm
from sessions.models import Block, CustomField, Session, Tag

PAST, MOST_REMARKS = 10, 50
PARTS = ("profile", "tags", "values", "remarks")


def context(agent, session: Session) -> dict[str, Any]:
    """Four queries, and one more of a customer who is blocked."""
    customer = session.customer
    customer.account = session.account  # it came with the session
    past = list(timeline(agent, customer)[: PAST + 1])
    return (
        _tags(customer)
        | _values(customer)
        | _remarks(customer)
        | {
            "past": past[:PAST],
            "has_more_past": len(past) > PAST,
            "blocking": _block_of(session),
            "is_elsewhere": any(other.customer_id != customer.pk for other in past),
        }
    )


def timeline(agent, customer: Customer) -> QuerySet[Session]:
    """The sessions of this person, newest first: on all accounts of the connection that this agent
    may see. That there are others is not said: it would tell that they wrote to, say, Complaints.
    """
    same = [customer.pk]
    if customer.unionid:
        connection = customer.account.connection_id
        same = Customer.objects.filter(unionid=customer.unionid, account__connection=connection)
    first = Message.objects.filter(session=OuterRef("pk")).order_by("id").values("pk")
    rows = agent.sessions().filter(customer__in=same).select_related("agent", "survey", "account")
    return rows.annotate(first_message=Subquery(first[:1])).order_by("-opened_at", "-id")


def _block_of(session: Session) -> Block | None:
    """Not asked for where inbox.with_names knows that there is none."""
    return _profile(session.customer)["blocking"] if getattr(session, "is_blocked", True) else None


def can_refresh(customer: Customer) -> bool:
    """WeCom tells a profile only of who entered or wrote in the last 48 hours (§7.3)."""
    if not customer.capabilities.has_budget:
        return True
    moments = [at for at in (customer.last_in_at, customer.entered_at) if at]
    return bool(moments) and budget.Budget(max(moments), 0).is_open()


def _tags(customer: Customer) -> dict[str, Any]:
    has = Tag.customers.through.objects.filter(tag=OuterRef("pk"), customer=customer)
    return {"customer_tags": list(Tag.of_customers().annotate(is_on=Exists(has)))}


def _values(customer: Customer) -> dict[str, Any]:
    return {"values": [ValueForm(field) for field in fields_of(customer)]}


def fields_of(customer: Customer) -> QuerySet[CustomField]:
    """Each with what is written down: one query."""
    mine = FilteredRelation("values", condition=Q(values__customer=customer))
    fields = CustomField.of_account(customer.account_id).annotate(mine=mine)
    fields = fields.annotate(value=F("mine__value"), version=F("mine__version"))
    return fields.order_by("position", "name")


def _remarks(customer: Customer) -> dict[str, Any]:
    return {"remarks": list(customer.remarks.select_related("author")[:MOST_REMARKS])}


def _profile(customer: Customer) -> dict[str, Any]:
    return {"blocking": Block.active().filter(customer=customer).select_related("by").first()}


PARTS_OF = {"profile": _profile, "tags": _tags, "values": _values, "remarks": _remarks}


def announce_card(customer: Customer, *parts: str) -> None:
    """Show these parts, or all, as they are now, on every page that has this customer open; pages that
    list customers are told that there is something to ask for, where no session is pushed with it."""
    announce_cards([customer.pk], *parts)
    if "tags" in parts:
        live.announce(f"account-{customer.account_id}", data={"customer": customer.pk})


def announce_cards(keys: Collection[int], *parts: str) -> None:
    transaction.on_commit(lambda: _push(keys, parts or PARTS), robust=True)


def _push(keys: Collection[int], parts: Collection[str]) -> None:
    """What nobody hears is neither read nor drawn."""
    heard = [key for key in keys if live.is_heard(f"customer-{key}")]
    for customer in Customer.objects.filter(pk__in=heard).select_related("account"):
        html = draw("sessions/frames/card.html", parts_context(customer, parts))
        live.announce(f"customer-{customer.pk}", data={"html": html})


def parts_context(customer: Customer, parts: Collection[str]) -> dict[str, Any]:
    """What frames/card.html draws; a form that is a part is drawn empty."""
    found: dict[str, Any] = {"customer": customer, "parts": parts}
    for part in parts:
        found |= PARTS_OF[part](customer) if part in PARTS_OF else {}
    return found


def renew(most: int) -> int:
    """Show a customer anew whose name, say, has become known."""
    named = Customer.objects.filter(is_changed=True)
    if not named.exists():
        return 0  # the common case costs no write transaction
    with transaction.atomic():
        changed = list(leases.unheld(named).values_list("pk", flat=True)[:most])
        Customer.objects.filter(pk__in=changed).update(is_changed=False)
    if changed:
        announce_cards(changed, "profile")
        fragments.announce_sessions(Session.objects.open().filter(customer__in=changed))
    return len(changed)
