"""A session, or all that was said with its customer, as a file or on a page to print."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from messaging.fragments import announce_message
from sessions import transcript_text
from sessions.forms_card import ExportForm
from sessions.transcript import Transcript
from sessions.views.access import get_session, signed_in

TYPES = {"txt": "text/plain", "html": "text/html", "print": "text/html", "pdf": "application/pdf"}


@require_http_methods(["GET", "POST"])
@signed_in
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    session = get_session(request, pk)
    form = ExportForm(request.POST or None)
    if not form.is_valid():
        template = "sessions/_dialog.html" if request.htmx else "sessions/question.html"
        context = {"session": session, "customer": session.customer}
        return render(request, template, context | {"form_template": "sessions/_export.html"})
    asked = form.cleaned_data
    with transaction.atomic():
        told = {"whole": asked["what"] == "all", "notes": asked["notes"]}
        announce_message(session.exported(request.user, asked["format"], **told))
    return _file(Transcript(session, request.user, told["whole"], told["notes"]), asked["format"])


def _file(told: Transcript, format: str) -> HttpResponseBase:
    if format == "pdf":
        from sessions import transcript_pdf  # 5 MB that most processes never need

        response: HttpResponseBase = HttpResponse(transcript_pdf.pdf(told))
    else:
        parts = transcript_text.plain(told) if format == "txt" else transcript_text.page(told)
        language, zone = translation.get_language(), timezone.get_current_timezone()
        response = StreamingHttpResponse(transcript_text.as_read_by(parts, language, zone))
    response["Content-Type"] = f"{TYPES[format]}; charset=utf-8"
    response["Content-Security-Policy"] = transcript_text.policy()
    if format != "print":
        name = told.file_name(format)
        response["Content-Disposition"] = content_disposition_header(True, name)
    return response
