"""Manifests a player starts from. Text only: what the segments hold and where they lie is decided before."""
