"""Joining: fragmented MP4 pieces, read by range, become one film. No encoding, no network, no playlists here.

boxes → track, fragments (read what ffmpeg wrote) → join (many pieces, one track) → movie, segments (what is delivered).
payload streams the result; codecs names what is in a track.
"""
