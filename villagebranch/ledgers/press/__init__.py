"""Sets a document on pages: fonts, line breaking, tables, forms; knows nothing of PDF."""
