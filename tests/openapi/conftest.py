"""The embedded service for the tests here."""

from __future__ import annotations

from tests.local.embedded import embedded_service

__all__ = ["embedded_service"]
