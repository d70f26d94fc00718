"""Frames of scalesmall, written from docs/wire-format.md alone. Needs python3-snappy, and python3-nacl to seal."""
