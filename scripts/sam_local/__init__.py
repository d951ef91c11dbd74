"""`make test-sam-local`: the deployed functions in containers, as SAM runs them, beside the embedded cloud."""
