"""Embedded mode: the whole deployed service on one machine, without Docker and without AWS. Nothing deployed imports it."""
