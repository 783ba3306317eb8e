"""The console as an app: what browsers need to install it, and a page for when the line is down."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

pytestmark = pytest.mark.django_db
PUBLIC = ("/sw.js", "/manifest.webmanifest", "/offline/")


@pytest.mark.parametrize("address", PUBLIC)
def test_it_is_there_for_everybody_always_fresh_and_under_the_policy(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "no-cache" in answer["Cache-Control"]
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "worker-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", PUBLIC)
def test_it_says_nothing_about_who_is_signed_in(client, lin, address):
    before = client.get(address).content
    client.force_login(lin)
    assert client.get(address).content == before


def test_the_manifest_names_icons_of_the_size_they_have(client):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    said = json.loads(answer.content)
    assert (said["display"], said["start_url"], said["scope"]) == ("standalone", "/", "/")
    assert {icon.get("purpose") for icon in said["icons"]} == {None, "maskable"}
    for icon in said["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        if icon["type"] == "image/png":
            with Image.open(path) as picture:
                assert "x".join(map(str, picture.size)) == icon["sizes"]
    for shortcut in said["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 302  # to the sign-in


def test_the_service_worker_keeps_nothing_but_the_page_for_no_network(client):
    code = client.get("/sw.js").content.decode()
    kept = json.loads(
        re.search(r"const KEPT = (\[.*\]);", code)[1].replace("OFFLINE", '"/offline/"')
    )
    assert [address for address in kept if not address.startswith("/static/")] == ["/offline/"]
    for address in kept[1:]:
        assert Path(finders.find(address.removeprefix("/static/"))).is_file()
    assert code.count(".addAll(") == 1
    assert ".put(" not in code
    assert ".add(" not in code


def test_pages_with_data_are_not_kept_by_browsers(client, lin):
    client.force_login(lin)
    assert "no-store" in client.get("/")["Cache-Control"]
