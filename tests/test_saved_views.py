"""Saved views: whose they are, who sees them, and what they open."""

import pytest
from django.http import QueryDict

from sessions.inbox import Query
from sessions.models import SavedView
from sessions.surroundings import surroundings_of
from tests.factories import make_agent, make_customer, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/sessions/5/?tab=all"}


@pytest.fixture
def lin(client, lin):
    client.force_login(lin)
    return lin


@pytest.fixture
def wang():
    return make_agent("wang", role="lead")


def keep(client, name="Unread mine", **asked):
    return client.post("/views/new/", {"tab": "mine", "unread": "1", "name": name, **asked})


def test_a_view_keeps_list_filters_and_order(client, lin):
    make_session(make_customer(nickname="Seen"), lin)
    make_session(make_customer(nickname="Unseen"), lin, unread=1)
    answer = keep(client, sort="waiting")
    view = SavedView.objects.get()
    assert answer["Location"] == f"/?view={view.pk}"
    page = client.get(f"/?view={view.pk}")
    assert [str(row.customer) for row in page.context["page"].rows] == ["Unseen"]
    assert page.context["sort"].name == "waiting"
    assert "Unread mine</h1>" in page.content.decode()


def test_with_scripts_the_list_becomes_the_view_and_the_open_session_stays(client, lin):
    data = {"tab": "queue", "name": "Mine to take", "sort": "deadline"}
    answer = client.post("/views/new/", data, headers=HTMX)
    assert answer["HX-Push-Url"] == f"/sessions/5/?view={SavedView.objects.get().pk}"
    assert 'data-sort="deadline"' in answer.content.decode()


def test_a_view_without_a_name_is_not_kept(client, lin):
    answer = client.post("/views/new/", {"tab": "mine", "name": " "}, headers=HTMX)
    assert answer.status_code == 422
    assert "Give it a name." in answer.content.decode()
    assert not SavedView.objects.exists()


def test_only_leads_share(client, lin, wang):
    keep(client, is_shared="1")
    assert not SavedView.objects.get().is_shared
    client.force_login(wang)
    keep(client, "For all", is_shared="1")
    names = [view.name for view in surroundings_of(lin).shared_views]
    assert names == ["For all"]


def test_nobody_opens_or_changes_a_colleagues_own_view(client, lin, wang):
    own = SavedView.objects.create(owner=wang, name="Secret", query="tab=mine")
    shared = SavedView.objects.create(owner=wang, name="Shared", query="tab=ended", is_shared=True)
    assert "Secret" not in client.get(f"/?view={own.pk}").content.decode()
    assert client.get(f"/?view={shared.pk}").context["tab"] == "ended"
    for view in (own, shared):
        for verb in ("rename", "move", "delete"):
            assert client.post(f"/views/{view.pk}/{verb}/", {"name": "x"}).status_code == 404
    assert SavedView.objects.count() == 2


def test_views_are_renamed_ordered_and_deleted(client, lin):
    for name in "abc":
        keep(client, name)
    a, _b, c = SavedView.objects.all()
    client.post(f"/views/{a.pk}/rename/", {"name": "z"})
    client.post(f"/views/{c.pk}/move/", {"up": "1"})
    assert [view.name for view in surroundings_of(lin).own_views] == ["z", "c", "b"]
    client.post(f"/views/{c.pk}/move/", {"down": "1"})
    client.post(f"/views/{a.pk}/delete/")
    assert [view.name for view in surroundings_of(lin).own_views] == ["b", "c"]


def test_the_dialog_and_the_switcher_change_together(client, lin):
    keep(client)
    view = SavedView.objects.get()
    answer = client.post(f"/views/{view.pk}/rename/", {"name": "New name"}, headers=HTMX)
    html = answer.content.decode()
    assert html.count("New name") >= 2
    assert 'hx-target="#tabs"' in html


def test_a_view_that_is_gone_shows_what_the_page_still_says(lin):
    asked = Query.of(lin, QueryDict("view=99&tab=queue"))
    assert (asked.view, asked.tab) == (None, "queue")


def test_an_order_chosen_in_a_view_is_that_agents_own(client, lin):
    keep(client, sort="waiting")
    view = SavedView.objects.get()
    client.post("/sort/", {"view": view.pk, "tab": "mine", "order": "deadline"})
    assert client.get(f"/?view={view.pk}").context["sort"].name == "deadline"
    assert client.get("/?tab=mine").context["sort"].name == "newest"


def test_a_view_costs_no_more_queries_than_any_list(client, lin, django_assert_max_num_queries):
    keep(client, agent="none")
    address = f"/?view={SavedView.objects.get().pk}"
    make_session()
    with django_assert_max_num_queries(6):
        client.get(address)


def test_what_leads_write_becomes_a_tag_and_what_agents_write_does_not(client, lin, wang):
    session = make_session()
    client.post(f"/sessions/{session.pk}/tags/", {"new": "nonsense"})
    client.force_login(wang)
    client.post(f"/sessions/{session.pk}/tags/", {"new": "refund"})
    assert [tag.name for tag in session.tags.all()] == ["refund"]
