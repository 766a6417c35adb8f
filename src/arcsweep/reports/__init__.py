"""The answers as pages: what was measured (material), what follows (analysis), how it is shown."""
