"""Makes the OpenAPI document from the code: routes of the API functions, declarations of settings, schemas of answers.

    make openapi                                            writes functions/api/openapi.json
    PYTHONPATH=functions python -m scripts.openapi --check  says whether that file is up to date

What code can't tell, such as what a call is for, is in operations/. A route without an entry there, an entry without a
route, and a kind of value without a schema are errors.
"""
