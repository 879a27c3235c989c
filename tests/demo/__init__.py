"""The made-up organisation: as a story, loaded, and served."""
