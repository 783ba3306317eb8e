"""The side panel: what agents write down about a customer, and asking the platform who it is."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from messaging import live
from messaging.models import Customer
from sessions import cards, inbox
from sessions.actions import Refused
from sessions.forms_card import BlockForm, CustomerTagForm, RemarkForm, ValueForm
from sessions.fragments import announce_sessions
from sessions.models import Remark, Session
from sessions.models.field import Overtaken
from sessions.views.access import signed_in
from sessions.views.answers import carry_out, desk_page, refused

SHOWN = 20  # rows of ended sessions that lists may show at this moment


@require_POST
@signed_in
def value(request: HttpRequest, pk: int, field: int) -> HttpResponse:
    """Write down one field; what cannot be kept stays in its form, with the reason beside it."""
    session = _latest(request, pk)
    asked = get_object_or_404(cards.fields_of(session.customer), pk=field)
    form = ValueForm(asked, request.POST)
    if form.is_valid():
        try:
            _keep(request, session, form)
            form = ValueForm(cards.fields_of(session.customer).get(pk=field))
        except Overtaken as overtaken:
            _tell(form, overtaken)
    status = 422 if form.is_bound else 200
    if not request.htmx:
        return _with_form(request, session, form) if form.is_bound else _back(session)
    context = {"form": form, "session": session, "customer": session.customer}
    return render(request, "sessions/_value.html", context, status=status)


def _keep(request: HttpRequest, session: Session, form: ValueForm) -> None:
    with transaction.atomic():
        form.field.keep(session.customer, form.stored(), request.user, form.cleaned_data["seen"])
        cards.announce_card(session.customer, "values")


def _tell(form: ValueForm, overtaken: Overtaken) -> None:
    """Saving once more is then a decision: the form carries the version that was told of."""
    held = overtaken.held
    form.told = _(
        "%(who)s has changed this to “%(value)s” meanwhile. Save again to replace it."
    ) % {
        "who": held.by or _("Somebody"),
        "value": held.shown or "–",
    }
    form.data = form.data.copy()
    form.data["seen"] = held.version


def _with_form(request: HttpRequest, session: Session, form: ValueForm) -> HttpResponse:
    """The whole page, with what was typed still in its place."""
    values = [ValueForm(field) for field in cards.fields_of(session.customer)]
    values = [form if one.field == form.field else one for one in values]
    return desk_page(request, session, status=422, values=values)


@require_POST
@signed_in
def customer_tags(request: HttpRequest, pk: int) -> HttpResponse:
    session = _latest(request, pk)
    form = CustomerTagForm(request.user, request.POST)
    if form.is_valid():
        with transaction.atomic():
            form.change(session.customer)
            cards.announce_card(session.customer, "tags")
    emptied = ["new_tag"] if form.cleaned_data.get("new") else []
    return _parts(request, session, "tags", *emptied)


@require_http_methods(["POST"])
@signed_in
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a note about the customer."""
    session = _latest(request, pk)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _unwritten(request, session, form)
    with transaction.atomic():
        form.instance.customer, form.instance.author = session.customer, request.user
        form.save()
        cards.announce_card(session.customer, "remarks")
    return _parts(request, session, "remarks", "remark_form")


def _unwritten(request: HttpRequest, session: Session, form: RemarkForm) -> HttpResponse:
    if not request.htmx:
        return desk_page(request, session, status=422, remark_form=form)
    return _parts(request, session, "remark_form", status=422, remark_form=form)


@require_http_methods(["GET", "POST"])
@signed_in
def remark(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    """Change or delete one's own."""
    session = _latest(request, pk)
    kept = get_object_or_404(session.customer.remarks.all(), pk=remark)
    if not kept.may_be_changed_by(request.user):
        return refused(request, session.pk, _("Only who wrote a note, or a team lead, changes it."))
    form = RemarkForm(request.POST or None, instance=kept)
    if request.method == "GET" or not (request.POST.get("delete") or form.is_valid()):
        return _ask(request, session, "remark", problem=form.problem, form=form, remark=kept)
    with transaction.atomic():
        _change(kept, form, is_deleted=bool(request.POST.get("delete")))
        cards.announce_card(session.customer, "remarks")
    return _parts(request, session, "remarks")


def _change(kept: Remark, form: RemarkForm, is_deleted: bool) -> None:
    if is_deleted:
        kept.delete()
    else:
        kept.changed_at = timezone.now()
        form.save()


@require_POST
@signed_in
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the platform again who it is, if it would tell."""
    session = _latest(request, pk)
    said = _("The platform was asked. What it answers appears here.")
    if cards.can_refresh(session.customer):
        Customer.objects.filter(pk=session.customer_id).update(profile_due_at=timezone.now())
        live.wake("profiles")
    else:
        said = _("WeCom tells a profile only within 48 hours after the customer entered or wrote.")
    if not request.htmx:
        return desk_page(request, session, profile_said=said)
    return _parts(request, session, "profile", profile_said=said)


@require_http_methods(["GET", "POST"])
@signed_in
def block(request: HttpRequest, pk: int) -> HttpResponse:
    session = _latest(request, pk)
    form = BlockForm(request.POST or None)
    if not form.is_valid():
        return _ask(request, session, "block", problem=form.problem, form=form)
    return _try(request, session, lambda: session.block(request.user, form.cleaned_data["reason"]))


@require_POST
@signed_in
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    session = _latest(request, pk)
    return _try(request, session, lambda: session.unblock(request.user))


def _latest(request: HttpRequest, pk: int) -> Session:
    """The customer, by the session that a page of theirs opens with: who may see it, may see them."""
    sessions = inbox.with_names(request.user.sessions()).filter(customer=pk)
    return get_object_or_404(sessions.order_by("-opened_at", "-id")[:1])


def _try(request: HttpRequest, session: Session, act) -> HttpResponse:
    def act_and_tell() -> None:
        act()
        cards.announce_card(session.customer, "profile")
        announce_sessions(session.customer.sessions.order_by("-id")[:SHOWN])

    try:
        answer = carry_out(request, session, act_and_tell)
    except Refused as refusal:
        return refused(request, session.pk, str(refusal.reason))
    if request.htmx:
        answer.write(_parts(request, session, "profile").content)
    return answer


def _parts(
    request: HttpRequest, session: Session, *parts: str, status: int = 200, **extra
) -> HttpResponse:
    """These parts of the panel, as they are now, for whoever acted."""
    if not request.htmx:
        return _back(session)
    context = cards.parts_context(session.customer, parts) | {"session": session, "closes": True}
    return render(request, "sessions/frames/card.html", context | extra, status=status)


def _back(session: Session) -> HttpResponse:
    return redirect(f"{reverse('session', args=[session.pk])}#customer")


def _ask(
    request: HttpRequest, session: Session, name: str, problem: str = "", **context
) -> HttpResponse:
    context |= {
        "session": session,
        "customer": session.customer,
        "problem": problem,
        "form_template": f"sessions/_{name}.html",
    }
    template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
    return render(request, template, context, status=422 if problem else 200)
