"""Entry point: the pages and the few JSON writes of the product."""
