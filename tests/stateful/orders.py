"""A command as it is given to the use cases and to the model alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from application.act import Act
from tests.stateful.picks import Picks


@dataclass(frozen=True)
class Order:
    """`part`: whose command it is (`objectives`); `name`: the method, with its arguments after the act."""

    part: str
    name: str
    act: Act
    args: tuple[Any, ...]
    named: dict[str, Any]

    def give_to(self, parts: Any) -> Any:
        """What the part that has this command answers."""
        return getattr(getattr(parts, self.part), self.name)(self.act, *self.args, **self.named)

    def __str__(self) -> str:
        given = [*map(str, self.args), *(f"{name}={value}" for name, value in self.named.items())]
        act = f"{self.act.actor} on {self.act.by.effective_on}, today {self.act.today}, {self.act.reason}"
        return f"{self.part}.{self.name}({', '.join(given)}) by {act}"


def order(part: str, name: str, act: Act, /, *args: Any, **named: Any) -> Order:
    return Order(part, name, act, args, named)


Make = Callable[[Picks], Order]
