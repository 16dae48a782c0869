"""What the apps and scripts stand on: decks, play and scoring, without any user interface."""
