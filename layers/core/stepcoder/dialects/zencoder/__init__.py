"""The Zencoder v2 wire format: parse its bodies, render its answers. No storage, no HTTP and no decisions here."""
