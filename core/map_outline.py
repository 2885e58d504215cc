"""The two pieces of the world that our map of cities shows, and where a place lies on each.

Both use degrees as they are (a plate carree), with longitudes drawn together as they are halfway up the
piece, so that countries have about the shape that people know. bin/draw_map.py draws the coasts with it.
"""

from dataclasses import dataclass
from math import cos, radians


@dataclass(frozen=True)
class Piece:
    name: str
    west: float
    east: float
    south: float
    north: float
    width: int  # of the picture, in its own units

    @property
    def scale(self) -> float:
        """Units of the picture for one degree of latitude."""
        return self.width / ((self.east - self.west) * self.narrowing)

    @property
    def narrowing(self) -> float:
        return cos(radians((self.north + self.south) / 2))

    @property
    def height(self) -> int:
        return round((self.north - self.south) * self.scale)

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """(x, y) in the picture, from its upper left corner."""
        x = (longitude - self.west) * self.narrowing * self.scale
        return round(x, 1), round((self.north - latitude) * self.scale, 1)

    def shows(self, latitude: float, longitude: float) -> bool:
        return self.west < longitude < self.east and self.south < latitude < self.north


EUROPE = Piece("europe", west=-11, east=41, south=41, north=60, width=640)
WORLD = Piece("world", west=-100, east=136, south=-40, north=70, width=640)
