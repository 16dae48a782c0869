"""Where pictures come from: dealt from the pocket world, or imported from a folder."""
