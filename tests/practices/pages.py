"""Addresses of the editors' pages, and what a browser sends from them."""

from django.urls import reverse


def address(name, *args):
    return reverse(f"catalogue:{name}", args=args)


def fields_of(form):
    """What a browser would send back of a page that nobody has touched."""
    fields = {}
    for field in form:
        value = field.value()
        if hasattr(value, "languages"):
            fields |= {f"{field.name}_{code}": value[code] for code in value.languages()}
            fields |= {f"{field.name}_{code}_needs_review": "on" for code in value.get("needs_review", [])}
        elif isinstance(value, list):
            fields[field.name] = [str(getattr(each, "pk", each)) for each in value]
        else:
            fields[field.name] = "" if value is None else value
    return fields
