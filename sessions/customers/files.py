"""The customers that a page lists, as a CSV: with what the team keeps in their fields, without notes."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.models import Customer
from sessions import inbox
from sessions.customers.listing import Listing, tags_of
from sessions.models import Agent, CustomField, FieldValue, Session
from sessions.reports import tables
from sessions.reports.saying import Kind
from sessions.reports.tables import Column
from sessions.templatetags.desk import state_label

BATCH = 500
COLUMNS = (
    Column(gettext_lazy("Customer")),
    Column(gettext_lazy("Platform id")),
    Column(gettext_lazy("Account")),
    Column(gettext_lazy("Last wrote"), Kind.MOMENT),
    Column(gettext_lazy("Known since"), Kind.MOMENT),
    Column(gettext_lazy("Open session")),
    Column(gettext_lazy("Agent")),
    Column(gettext_lazy("Tags")),
    Column(gettext_lazy("Blocked")),
    Column(gettext_lazy("Muted")),
    Column(gettext_lazy("Refused in WeCom")),
    Column(gettext_lazy("Sessions"), Kind.COUNT),
    Column(gettext_lazy("Last rating"), Kind.COUNT),
)


def csv(listing: Listing) -> Iterator[str]:
    """Line by line, a few queries for each batch of customers."""
    fields = list(_fields(listing.agent))
    columns = [*COLUMNS, *(Column(field.name) for field in fields)]
    return tables.lines(columns, _rows(listing, fields))


def _fields(agent: Agent) -> Any:
    """Those that can have a value for some customer of theirs."""
    of_some = CustomField.accounts.through.objects.all()
    theirs = agent.visible(of_some).values("customfield")
    everywhere = ~Q(pk__in=of_some.values("customfield"))
    return CustomField.objects.filter(everywhere | Q(pk__in=theirs))


def _rows(listing: Listing, fields: list[CustomField]) -> Iterator[list[Any]]:
    for customers in listing.all(BATCH):
        newest = [customer.newest for customer in customers if customer.newest]
        open_ones = inbox.with_names(Session.objects.open().filter(pk__in=newest)).in_bulk()
        values = _values(customers, fields)
        for customer in customers:
            told = _told(customer, open_ones.get(customer.newest))
            yield told + [values[customer.pk, field.pk] for field in fields]


def _told(customer: Customer, session: Session | None) -> list[Any]:
    return [
        str(customer),
        customer.external_id,
        str(customer.account),
        customer.last_in_at,
        customer.created_at,
        str(state_label(session)) if session else "",
        str(session.agent or "") if session else "",
        ", ".join(tag.name for tag in tags_of(customer)),
        *(
            _("Yes") if is_on else ""
            for is_on in (customer.is_blocked, customer.rejects, customer.is_refused)
        ),
        customer.sessions_count or 0,
        customer.rating,
    ]


def _values(customers: list[Customer], fields: list[CustomField]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = defaultdict(str)
    by_key = {field.pk: field for field in fields}
    for value in FieldValue.objects.filter(customer__in=customers, field__in=fields):
        value.field = by_key[value.field_id]
        found[value.customer_id, value.field_id] = value.shown
    return found
