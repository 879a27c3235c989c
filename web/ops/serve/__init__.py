"""One supervisor process that keeps database, projector and web running, and takes all of them along when it
ends.
"""
