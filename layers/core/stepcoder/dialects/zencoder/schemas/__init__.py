"""What the documents of the Zencoder dialect look like, as JSON Schema, for the API's description. Data, no rendering.

Schemas stand beside the code that makes the documents, and tests hold every answer against them. No handler imports
this: the description is made when the service is built.
"""

from __future__ import annotations
