"""From simulated playtests to figures: one file an experiment. The door is `EXPERIMENTS`."""
