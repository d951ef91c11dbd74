"""The use-cases of files in our own buckets: uploads, what jobs made for VideoSDK's clients, and handing them out."""
