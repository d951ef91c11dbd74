"""Task → argv. The only importer of ffmpeg-python; nothing here runs a process or knows where files come from."""
