"""Formats that say what is what: GIFT, Moodle XML, Aiken, QTI, YAML; read and written."""
