"""Embedded mode: the whole deployed service on one machine, without Docker and AWS. Nothing deployed imports it."""
