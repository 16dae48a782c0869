"""MindGYM: questions of several hops made by models or from scene graphs, checked, and taught."""
