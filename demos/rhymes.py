"""The writer of rhymes.txt, on which the language models learn: nursery rhymes from a grammar.

``python -m demos.rhymes`` writes the file again, the same to the last letter. The verses are of
four kinds, and each asks something else of a model: rhyme (the ends of two lines belong
together), counting (the next number is one less), questions (the one who is asked for returns
three lines later), and chains (who did what to whom).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from pathlib import Path

FILE = Path(__file__).with_name("rhymes.txt")
LETTERS = 100_000

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
RHYMES = tuple(
    line.split()
    for line in """\
moon spoon balloon lagoon baboon
tree bee sea pea key
house mouse blouse louse
hat cat mat bat rat
king ring spring wing string
light night kite knight
fox box clocks rocks socks
hen pen den men
town crown gown clown
hill mill quill grill
bed bread shed sled thread
goat boat coat moat
""".splitlines()
)
"""Words of a line rhyme with each other."""
KINDS = ["little", "old", "merry", "tiny", "grey", "sleepy", "clever", "hungry", "brown", "silly"]
ANIMALS = ["goose", "duck", "hare", "toad", "crow", "snail", "lamb", "otter", "robin", "badger"]
MANY = {"goose": "geese"}
WENT = ["ran", "hopped", "danced", "walked", "crept", "sailed", "skipped"]
PLACES = ["over", "under", "behind", "beside", "around"]
DID = ["sang to", "laughed at", "waved to", "slept beside", "looked for", "called for"]
LEFT = ["flew off", "ran home", "fell asleep", "swam away", "went to bed"]
CHAINED = ["chased", "woke", "met", "fed", "found", "kissed", "followed"]
TOOLS = ["one bright eye", "long thin nose", "grandmother's lamp", "two soft ears", "golden bell"]


class Writer:
    """Draws words, by the one generator method whose numbers Python promises never to change."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random

    def number(self, least: int, most: int) -> int:
        """A whole number, ``most`` included."""
        return least + int(self.random() * (most - least + 1))

    def pick(self, words: Sequence[str]) -> str:
        """One of the words."""
        return words[self.number(0, len(words) - 1)]

    def some(self, words: Sequence[str], count: int) -> list[str]:
        """Several of the words, each only once."""
        left = list(words)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(count)]


def couplets(write: Writer) -> list[str]:
    """Two couplets: the last words of each two lines rhyme."""
    lines = []
    for start in (f"The {write.pick(KINDS)} {write.pick(ANIMALS)}", "Then it"):
        first, second = write.some(RHYMES[write.number(0, len(RHYMES) - 1)], 2)
        lines.append(f"{start} {write.pick(WENT)} {write.pick(PLACES)} the {first},")
        lines.append(f"and {write.pick(DID)} the {second}.")
    return lines


def counting(write: Writer) -> list[str]:
    """A countdown of some lines."""
    kind, animal, left = write.pick(KINDS), write.pick(ANIMALS), write.pick(LEFT)
    many = MANY.get(animal, animal + "s")
    start = write.number(2, 10)
    lines = []
    for n in range(start, max(start - 4, 0), -1):
        named = animal if n == 1 else many
        lines.append(f"{NUMBERS[n].capitalize()} {kind} {named} in the sun,")
        last = "was" if n == 2 else "were"
        lines.append(f"one {left}, and then there {last} {NUMBERS[n - 1]}.")
    return lines


def question(write: Writer) -> list[str]:
    """Who saw the hare? The answer comes back to the hare."""
    sought, seer = write.some(ANIMALS, 2)
    return [
        f"Who saw the {sought}?",
        f"I, said the {seer},",
        f"with my {write.pick(TOOLS)},",
        f"I saw the {sought}.",
    ]


def chain(write: Writer) -> list[str]:
    """This is the crow that woke the lamb: each line adds one before the last."""
    animals = write.some(ANIMALS, write.number(3, 4))
    links = [f"that {write.pick(CHAINED)} the {animal}" for animal in animals[:-1]]
    lines = []
    for i in range(1, len(animals)):
        told = " ".join(reversed(links[:i]))
        lines.append(f"This is the {animals[i]} {told}.")
    return lines


VERSES: tuple[Callable[[Writer], list[str]], ...] = (couplets, counting, question, chain)


def corpus(letters: int = LETTERS, seed: int = 0) -> str:
    """Verses with an empty line after each, until there are so many letters.

    >>> from demos import rhymes
    >>> rhymes.corpus() == rhymes.FILE.read_text("utf-8")
    True
    """
    write = Writer(seed)
    verses: list[str] = []
    while sum(map(len, verses)) < letters:
        verse = VERSES[write.number(0, len(VERSES) - 1)](write)
        verses.append("\n".join(verse) + "\n\n")
    return "".join(verses)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file."""
    argparse.ArgumentParser(
        prog="python -m demos.rhymes", description=f"Write {FILE.name} again, which the demos read."
    ).parse_args(arguments)
    FILE.write_text(corpus(), "utf-8", newline="\n")
    print(f"wrote {FILE}")


if __name__ == "__main__":
    main()
