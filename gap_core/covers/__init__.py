"""Science covers: which of four texts fits a journal's cover, and which of four covers a story."""
