"""Networks that turn a task's demonstration pairs into an embedding and a category."""
