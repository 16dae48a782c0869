"""What players' verdicts say about the model: posteriors and selection."""
