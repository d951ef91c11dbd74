"""What holders of a read-only key may not see. Such keys end up in browsers (zencoder-api 1.2). Pure."""

from __future__ import annotations

# URLs may embed credentials or be signed; error messages may quote them.
_HIDDEN = frozenset(
    {"url", "error_message", "pass_through", "primary_upload_error_message", "primary_thumbnail_upload_error_message"}
)


def sanitised(document: object) -> object:
    """The document with every sensitive value null."""
    if isinstance(document, dict):
        return {name: None if name in _HIDDEN else sanitised(value) for name, value in document.items()}
    if isinstance(document, list):
        return [sanitised(member) for member in document]
    return document
