"""Use cases of figures: counters, figures, the people behind them."""
