"""Forms as a browser would send them back."""


def filled(response, **changes) -> dict:
    """What the browser would send back: the form as it was shown, with these changes."""
    form = response.context["form"]
    sent = {}
    for field in form:
        widget, value = field.field.widget, field.value()
        if hasattr(widget, "long"):  # a text in several languages
            boxes = widget.get_context(field.html_name, value, {})["widget"]["boxes"]
            sent |= {box["name"]: box["value"] for box in boxes}
            sent |= {box["review_name"]: "on" for box in boxes if box["needs_review"]}
        elif value is not None and value is not False:
            sent[field.html_name] = value() if callable(value) else value
    return {**sent, **changes}
