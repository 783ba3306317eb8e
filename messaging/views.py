"""Files of messages, served only to those who may see the thread they belong to."""

import re
from typing import IO

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from messaging import files, pictures, sharing, voice
from messaging.models import Media

# What a browser may show in our origin; anything else is only ever saved.
HARMLESS = {files.JPEG, files.PNG, files.GIF, files.WEBP, files.MP4, voice.PLAYABLE}
# Even so: no script, no form, no address of ours from inside a file.
POLICY = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
FOR_GOOD = "private, max-age=31536000, immutable"
CACHING = "private, max-age=3600"
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@require_safe
@login_required
def media(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file as it came; with ?download=1 to be saved."""
    found = _visible(request, key)
    return serve(request, found, found.file, found.content_type, found.sha256)


@require_safe
@login_required
def playable(request: HttpRequest, key: str) -> HttpResponseBase:
    """What the thread shows in its place: the recording as AAC, a smaller picture."""
    found = _visible(request, key)
    return serve(request, found, found.playable, found.playable_type, f"{found.sha256}-playable")


@require_safe
def shared(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A file that was sent, for whoever was told its address: an app shows it to its customer."""
    found = sharing.found(token)
    if found is None:
        raise Http404
    if found.kind == "voice" and found.playable:  # no browser plays the other
        found.name = name
        response = serve(request, found, found.playable, found.playable_type, f"{found.sha256}-p")
    else:
        response = serve(request, found, found.file, found.content_type, found.sha256)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@login_required
def picture(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """A customer's picture. It never changes under this address, so that it is asked for once."""
    if not key or not request.user.customers().filter(pk=pk, picture=key).exists():
        raise Http404
    try:
        response = FileResponse(default_storage.open(pictures.path_of(key)))
    except FileNotFoundError:
        raise Http404 from None
    response["Content-Type"] = files.WEBP
    response["Cache-Control"] = FOR_GOOD
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_vary_headers(response, ["Cookie"])
    return response


def _visible(request: HttpRequest, key: str) -> Media:
    """Through the user: `messages()` are of the threads that they see, `recalled()` as well theirs."""
    messages = request.user.messages().filter(media__key=key)
    message = messages.select_related("media").first()
    if message is None:
        raise Http404
    if message.recalled_at:
        get_object_or_404(request.user.recalled(), pk=message.pk)
    return message.media


def serve(
    request: HttpRequest, media: Media, stored: FieldFile, content_type: str, tag: str
) -> HttpResponseBase:
    """The caller has made sure that they may have it."""
    if not stored:
        raise Http404
    etag = f'"{tag}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = _answer(request, stored, etag)
        _describe(request, response, media, content_type)
    response["ETag"] = etag
    response["Cache-Control"] = CACHING
    patch_vary_headers(response, ["Cookie"])
    return response


def _answer(request: HttpRequest, stored: FieldFile, etag: str) -> HttpResponseBase:
    """The whole file, or the part that is asked for (206): players seek."""
    try:
        file, size = stored.storage.open(stored.name), stored.size
    except FileNotFoundError:
        raise Http404 from None
    wanted = _range(request, size, etag)
    if wanted is None:
        response = FileResponse(file)
        response["Content-Length"] = size
    elif not wanted:
        file.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        response = FileResponse(Part(file, wanted), status=206)
        response["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
        response["Content-Length"] = len(wanted)
    response["Accept-Ranges"] = "bytes"
    return response


def _range(request: HttpRequest, size: int, etag: str) -> range | None:
    """The bytes that are asked for; None for all of them, an empty range if there are none such."""
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or not any(asked.groups()) or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _describe(
    request: HttpRequest, response: HttpResponseBase, media: Media, content_type: str
) -> None:
    is_shown = content_type in HARMLESS and "download" not in request.GET
    response["Content-Type"] = content_type if content_type in HARMLESS else files.UNKNOWN
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=not is_shown, filename=media.name or media.key
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"


class Part:
    """A stretch of a file that is read like a file."""

    def __init__(self, file: IO[bytes], wanted: range) -> None:
        self.file = file
        self.left = len(wanted)
        file.seek(wanted.start)

    def read(self, size: int = -1) -> bytes:
        size = self.left if size < 0 else min(size, self.left)
        data = self.file.read(size)
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()
