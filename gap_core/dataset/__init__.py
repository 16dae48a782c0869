"""From accepted labels to a dataset: lint, duplicates, split, report, import and export."""
