"""Entry point: the demonstration programme, made through the services alone."""
