from dataclasses import dataclass, field

from messaging.search.tokens import Phrase, phrases


@dataclass(frozen=True)
class Query:
    """What an entry must have: all phrases, and of each set of marks at least one."""

    phrases: tuple[Phrase, ...] = ()
    marks: tuple[frozenset[str], ...] = field(default=())

    @classmethod
    def of(cls, *words: str) -> "Query":
        """All of these words, as somebody typed them."""
        return cls(tuple(phrase for word in words for phrase in phrases(word)))

    def marked(self, *marks: str) -> "Query":
        """The same, with one of these marks."""
        return Query(self.phrases, (*self.marks, frozenset(marks)))

    @property
    def is_empty(self) -> bool:
        return not (self.phrases or self.marks)

    @property
    def is_impossible(self) -> bool:
        """No mark of a set can be had: what was named does not exist."""
        return not all(self.marks)
