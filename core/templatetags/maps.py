"""The map of cities: dots and names placed by SVG attributes over a drawn coast."""

from dataclasses import dataclass, field

from django import template

from core.map_outline import EUROPE, WORLD, Piece

register = template.Library()

LETTER, LINE = 10.5, 19  # about the size of a name on the map, in its units; on a phone they are larger


@dataclass
class Dot:
    """A city on a piece of the map."""

    name: str
    url: str
    x: float
    y: float
    bow: str  # the path of the line from home
    label_x: float = 0
    label_y: float = 0
    anchor: str = "start"


@dataclass
class Drawn:
    """A piece of the map with what stands on it."""

    piece: Piece
    home: Dot
    dots: list[Dot] = field(default_factory=list)


@register.simple_tag
def city_maps(cities, home) -> list[Drawn]:
    """The pieces that are needed to show these cities: each with ``name``, ``url``, ``lat`` and ``lon``.

    ``home`` is one too; lines run from it. Cities of Europe are on the near piece, others on the wide one.
    """
    near = [city for city in cities if EUROPE.shows(city["lat"], city["lon"])]
    far = [city for city in cities if city not in near]
    return [drawn(piece, some, home) for piece, some in ((EUROPE, near), (WORLD, far)) if some]


def drawn(piece: Piece, cities, home) -> Drawn:
    x, y = piece.place(home["lat"], home["lon"])
    picture = Drawn(piece, Dot(home["name"], "", x, y, ""))
    picture.dots = [dot(piece, city, x, y) for city in cities]
    place_names(picture)
    return picture


def dot(piece: Piece, city, home_x: float, home_y: float) -> Dot:
    x, y = piece.place(city["lat"], city["lon"])
    lift = abs(x - home_x) * 0.18 + 6  # lines bow upwards, as flights are drawn
    middle_x, middle_y = (x + home_x) / 2, (y + home_y) / 2 - lift
    return Dot(city["name"], city["url"], x, y, f"M{home_x:g} {home_y:g}Q{middle_x:g} {middle_y:g} {x:g} {y:g}")


def place_names(picture: Drawn) -> None:
    """Put each name beside its dot where it covers neither another name nor a dot, if there is such a place."""
    dots = [picture.home, *picture.dots]
    taken = [(one.x - 6, one.y - 6, one.x + 6, one.y + 6) for one in dots]
    for one in sorted(dots, key=lambda dot: dot.y):
        wide = len(one.name) * LETTER
        places = [
            (one.x + 11, one.y + 5, "start"),
            (one.x - 11, one.y + 5, "end"),
            (one.x + 7, one.y - 9, "start"),
            (one.x + 7, one.y + 21, "start"),
            (one.x - 7, one.y - 9, "end"),
            (one.x - 7, one.y + 21, "end"),
        ]
        boxes = [box(x, y, wide, anchor) for x, y, anchor in places]
        free = [
            n for n, here in enumerate(boxes) if fits(here, picture.piece) and not any(meet(here, it) for it in taken)
        ]
        best = free[0] if free else 0
        one.label_x, one.label_y, one.anchor = places[best]
        taken.append(boxes[best])


def box(x: float, y: float, wide: float, anchor: str) -> tuple[float, float, float, float]:
    left = x if anchor == "start" else x - wide
    return left, y - LINE + 3, left + wide, y + 3


def fits(here: tuple[float, float, float, float], piece: Piece) -> bool:
    return here[0] > 0 and here[2] < piece.width


def meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
