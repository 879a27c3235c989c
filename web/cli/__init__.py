"""The command line.

Exit codes: 0 done; 1 refused, or something is wrong; 2 the command or a setting is mistaken.
"""

from web.cli.main import main

__all__ = ["main"]
