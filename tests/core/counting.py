"""What has been counted since: figures of this process only go up, whichever tests ran before."""

from prometheus_client import REGISTRY


class Change:
    def __init__(self, name: str, /, **labels: str) -> None:
        self.name, self.labels = name, labels
        self.before = self.now()

    def now(self) -> float:
        return REGISTRY.get_sample_value(self.name, self.labels) or 0

    def since(self) -> float:
        return self.now() - self.before
