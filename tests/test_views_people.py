"""Signing in and out, and each agent's own language and theme."""

import pytest

from tests.factories import PASSWORD, make_agent

pytestmark = pytest.mark.django_db


def sign_in(client, name: str = "lin", password: str = PASSWORD):
    return client.post("/login/", {"username": name, "password": password})


def test_the_door_opens_with_name_and_password(client):
    make_agent("lin")
    assert sign_in(client)["Location"] == "/"


def test_a_wrong_password_keeps_the_name(client):
    make_agent("lin")
    page = sign_in(client, password="wrong").content.decode()
    assert 'value="lin"' in page
    assert "do not belong together" in page


def test_many_wrong_passwords_close_the_door_for_a_while(client, settings):
    make_agent("lin")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, password="wrong")
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
    assert sign_in(client).status_code == 429


def test_only_the_demo_shows_its_passwords(client, settings):
    settings.KF_DEMO = False
    assert "kfconsole / " not in client.get("/login/").content.decode()
    assert "Enter as wang" not in client.get("/login/").content.decode()
    settings.KF_DEMO = True
    assert "Enter as wang" in client.get("/login/").content.decode()


def test_signing_out_is_a_post(client):
    client.force_login(make_agent("lin"))
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"


def test_language_and_theme_are_kept(client):
    lin = make_agent("lin")
    client.force_login(lin)
    chosen = {"language": "zh-hans", "theme": "dark", "next": "/sessions/7/"}
    assert client.post("/preferences/", chosen)["Location"] == "/sessions/7/"
    lin.refresh_from_db()
    assert (lin.language, lin.theme) == ("zh-hans", "dark")
    page = client.get("/").content.decode()
    assert 'lang="zh-hans" data-theme="dark"' in page


def test_preferences_lead_nowhere_else(client):
    client.force_login(make_agent("lin"))
    chosen = {"language": "en", "theme": "light", "next": "https://evil.example/"}
    assert client.post("/preferences/", chosen)["Location"] == "/"


def test_no_page_has_inline_styles_or_scripts(client):
    client.force_login(make_agent("lin"))
    for page in (client.get("/"), client.get("/nothing-here/")):
        text = page.content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text
        assert "hx-on" not in text
