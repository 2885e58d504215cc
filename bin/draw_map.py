#!/usr/bin/env python3
"""Draw the coasts of our map of cities into static/img/, from Natural Earth (public domain).

For maintainers, like bin/vendor_front_end.py; it wants npm. Run it again only when core/map_outline.py
shows another piece of the world:

    python bin/draw_map.py
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from vendor_front_end import unpack

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.map_outline import EUROPE, WORLD, Piece  # noqa: E402

ATLAS = "world-atlas@2.0.2"
Point = tuple[float, float]

# The picture knows nothing of the page's colours: a veil that goes with a light ground and a dark one.
VEIL = 'fill="#8d8068" fill-opacity=".26" stroke="#8d8068" stroke-opacity=".4" stroke-width=".7"'
SMALLEST = 4  # square units: smaller islands would be specks


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        package, _facts = unpack(ATLAS, Path(folder))
        draw(EUROPE, package / "land-50m.json", finest=1.3)
        draw(WORLD, package / "land-110m.json", finest=1.5)


def draw(piece: Piece, atlas: Path, finest: float) -> None:
    paths = []
    for ring in rings(json.loads(atlas.read_text())):
        inside = clipped([piece.place(latitude, longitude) for longitude, latitude in ring], piece)
        points = thinned(inside, finest)
        if len(points) > 3 and area(points) > SMALLEST:
            paths.append(outline(points))
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {piece.width} {piece.height}"'
        f' width="{piece.width}" height="{piece.height}">'
        f'<path {VEIL} fill-rule="evenodd" d="{"".join(paths)}"/></svg>\n'
    )
    (ROOT / "static" / "img" / f"map-{piece.name}.svg").write_text(picture)


def rings(topology: dict) -> Iterator[list[Point]]:
    """The outlines in a TopoJSON file, as (longitude, latitude)."""
    arcs = [unfolded(arc, topology["transform"]) for arc in topology["arcs"]]
    [land] = topology["objects"]["land"]["geometries"]
    for polygon in land["arcs"]:
        for ring in polygon:
            points = [point for index in ring for point in (arcs[index] if index >= 0 else arcs[~index][::-1])]
            yield in_one_piece(points)


def in_one_piece(ring: list[Point]) -> list[Point]:
    """An outline that crosses the date line goes on beyond 180 degrees, and does not jump to the other side."""
    turns, last, points = 0, ring[0][0], []
    for longitude, latitude in ring:
        turns += (last - longitude > 180) - (longitude - last > 180)
        points.append((longitude + 360 * turns, latitude))
        last = longitude
    middle = sum(longitude for longitude, _ in points) / len(points)
    return [(longitude - 360 * round(middle / 360), latitude) for longitude, latitude in points]


def unfolded(arc: list[list[int]], transform: dict) -> list[Point]:
    """TopoJSON stores each point as the step from the one before, in whole numbers."""
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + move_x, y * scale_y + move_y))
    return points


def clipped(points: list[Point], piece: Piece) -> list[Point]:
    """What of an outline lies in the picture and a little around it (Sutherland and Hodgman's way)."""
    edges = ((0, -9, 1), (0, piece.width + 9, -1), (1, -9, 1), (1, piece.height + 9, -1))
    for axis, limit, sign in edges:
        kept: list[Point] = []
        for before, after in zip(points[-1:] + points[:-1], points, strict=True):
            was_in, is_in = sign * before[axis] >= sign * limit, sign * after[axis] >= sign * limit
            if was_in != is_in:
                kept.append(crossing(before, after, axis, limit))
            if is_in:
                kept.append(after)
        points = kept
    return points


def crossing(before: Point, after: Point, axis: int, limit: float) -> Point:
    part = (limit - before[axis]) / (after[axis] - before[axis])
    other = before[1 - axis] + part * (after[1 - axis] - before[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


def thinned(points: list[Point], finest: float) -> list[Point]:
    """The outline without points closer to the last than ``finest`` units."""
    kept: list[Point] = []
    for x, y in points:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= finest:
            kept.append((round(x, 1), round(y, 1)))
    return kept


def area(points: list[Point]) -> float:
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs)) / 2


def outline(points: list[Point]) -> str:
    """As an SVG path: where it begins, then steps in tenths of a unit, which are short to write."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [(x - last_x, y - last_y) for (last_x, last_y), (x, y) in pairwise(tenths)]
    (start_x, start_y) = points[0]
    return f"M{start_x:g} {start_y:g}l" + " ".join(f"{x / 10:g} {y / 10:g}" for x, y in steps) + "z"


if __name__ == "__main__":
    main()
