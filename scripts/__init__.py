"""Command lines; each parses, calls one function of gap_core, and prints."""
