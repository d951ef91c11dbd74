"""These tests run against an AWS in this process."""

from tests.cloud import cloud

__all__ = ["cloud"]
