"""Files that are put into the upload bucket to be encoded: what S3 tells of them, and what their keys mean. Pure.

Making jobs of them is jobs/dropping.py.
"""
