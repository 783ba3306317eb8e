"""Files that belong to no customer: stored once, sent to many (a phrase's picture).

copy(original, customer)    a row of this customer's, to be bound to a message: no byte is copied
keeper_of(media)            the row that keeps the media_id, so that it is uploaded once, not per send
forget(original)            it is not wanted any more; what was sent with it keeps its file

A file lies under the key of the row that stored it, and goes with that row.
"""

from django.db.models import QuerySet

from messaging import files
from messaging.models import Customer, Media

SAME = (
    *("kind", "status", "file", "playable", "playable_type", "name", "content_type"),
    *("size", "sha256", "seconds", "width", "height"),
)


def copy(original: Media, customer: Customer) -> Media:
    _for_connection_of(original, customer)
    return _twin(original, account_id=customer.account_id, customer=customer)


def _for_connection_of(original: Media, customer: Customer) -> None:
    """A media_id is one connection's: another one that sends this file has a keeper of its own."""
    connection = customer.account.connection_id
    if not keepers(original).filter(account__connection=connection).exists():
        _twin(original, account_id=customer.account_id)


def _twin(original: Media, **fields: object) -> Media:
    same = {name: getattr(original, name) for name in SAME}
    return Media.objects.create(key=files.new_key(), **same, **fields)


def keepers(media: Media) -> QuerySet[Media]:
    return Media.objects.filter(customer=None, message=None, file=media.file.name)


def keeper_of(media: Media) -> Media:
    if _is_its_own(media):
        return media
    connection = media.account.connection_id
    return keepers(media).filter(account__connection=connection).order_by("id").first() or media


def _is_its_own(media: Media) -> bool:
    return media.key in (media.file.name or "")


def forget(original: Media) -> None:
    name = original.file.name
    is_sent = Media.objects.filter(file=name).exclude(customer=None).exists()
    if not is_sent:
        forget_files(original)
    keepers(original).delete()


def forget_files(media: Media) -> None:
    """Take the files of a row that stored them; a row that shares another's leaves them."""
    for stored in (media.file, media.playable):
        if stored and _is_its_own(media):
            stored.storage.delete(stored.name)
