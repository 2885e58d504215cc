"""What the launcher says when it cannot go on."""


class Trouble(Exception):
    """Something that the person at the keyboard can mend; its text is one sentence with the cure."""
