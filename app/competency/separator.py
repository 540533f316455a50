"""What separates the values of our own CSV files: RFC 4180 has the comma, spreadsheets in Europe write semicolons."""


def separator_of(header: str) -> str:
    """Return the comma or the semicolon, whichever stands more often in the first line."""
    return ";" if header.count(";") > header.count(",") else ","
