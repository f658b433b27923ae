"""The optional model. Imported only when used."""
