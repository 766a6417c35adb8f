"""Where each task lies for the best models and for simple statistics: neighbours and maps."""
