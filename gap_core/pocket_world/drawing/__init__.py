"""How the FULL edition is drawn, by subject; pictures.py puts a scene together."""
