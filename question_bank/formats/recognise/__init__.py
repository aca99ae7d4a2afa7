"""Texts and tables as people type them: from lines and cells to the parts of questions."""
