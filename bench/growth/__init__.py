"""What years of use leave in a database, for bench/grow.py: ``fill`` adds it to the demonstration.

One large visit and some of the practices come about through the actions, as people would make them. The rest are
copies of the demonstration's own rows and documents, saved in bulk, so that their texts are as long as real ones. The
numbers are those of the whole database afterwards.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    venues: int = 120
    practices: int = 5_000
    practices_by_actions: int = 40
    visits: int = 1_000
    open_visits: int = 84
    sessions: int = 20_000
    people: int = 2_000
    sessions_of_the_large_visit: int = 200
    people_of_the_large_visit: int = 60


YEARS = Sizes()
