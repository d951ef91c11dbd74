"""One module for each section of the reference; each fills one or more Section objects with rules."""
