"""Forms that browsers post. Called by the pages."""

from urllib.parse import parse_qs

MOST_FIELDS = 20


def read_form(body: bytes) -> dict[str, str]:
    """An urlencoded form; the first value of each field, nothing where it is no form."""
    try:
        fields = parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
