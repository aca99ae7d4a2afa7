"""Files of Word and Excel: read into lines and cells, and written."""
