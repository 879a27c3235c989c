"""`python -m web.cli`, the same as `throughline`."""

from web.cli import main

if __name__ == "__main__":
    main()
