"""A letter's words as an office may change them: text with names in braces, nothing else.

A shipped letter is a template of this code. Here it is read into *pieces*: each value that it
mentions, and each part of it that depends on something, has a name. What an office writes is text
and such names, `{proposal lead}`; it never becomes code. A part keeps its shipped words and stands
or falls as a whole, as in `{meeting place, if any}`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.template import Context, Engine, Template, engines
from django.template.backends.django import DjangoTemplates
from django.template.base import Lexer, Token, TokenType

from bitterroot.messages import examples

NAME = re.compile(r"\{([^{}\n]+)\}")
ENDING = "office"
_PATH = re.compile(r"[a-z_][a-z_0-9]*(?:\.[a-z_0-9]+)*")
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "True", "False", "None"})
_ENDS = {"if": "endif", "for": "endfor", "with": "endwith"}
#: What a letter says in such values its reader must be told, whatever else is changed.
_NEEDED = frozenset({"link", "code", "reason", "appeal", "answer", "comments", "returned_reason"})


@dataclass(frozen=True, slots=True)
class Piece:
    """What a name stands for: `source` of the shipped template, and the values that it mentions."""

    name: str
    source: str
    mentions: frozenset[str]
    is_part: bool = False

    @property
    def opens(self) -> bool:
        """Whether it can show a link or a code, which never stands in a subject."""
        return bool(self.mentions & {"link", "code"})


@dataclass(frozen=True, slots=True)
class Shipped:
    """A letter as it is shipped, and every name that may be used in its place."""

    subject: str
    body: str
    pieces: Mapping[str, Piece]

    @property
    def needed(self) -> dict[str, list[str]]:
        """Values that must stay, each with the names that show it."""
        paths = sorted(
            {
                path
                for piece in self.pieces.values()
                for path in piece.mentions
                if path.rpartition(".")[2] in _NEEDED
            }
        )
        return {p: [n.name for n in self.pieces.values() if p in n.mentions] for p in paths}


def engine() -> Engine:
    found = engines["django"]
    assert isinstance(found, DjangoTemplates)
    return found.engine


@lru_cache(maxsize=256)
def template_of(letter: str) -> Template:
    """The shipped template."""
    return engine().get_template(f"messages/{letter}.txt")


@lru_cache(maxsize=256)
def shipped(letter: str) -> Shipped:
    """The words of a letter as they are shipped."""
    pieces: dict[str, Piece] = {}
    text = "".join(
        part if isinstance(part, str) else f"{{{_put(pieces, part).name}}}"
        for part in _parts(Lexer(template_of(letter).source).tokenize())
    )
    for inner in list(_inner(pieces)):
        _put(pieces, inner)
    subject, _, body = text.partition("\n")
    return Shipped(subject, body.strip() + "\n", pieces)


def compiled(letter: str, text: str) -> Template:
    """The template of an office's text. Raises KeyError for a name that the letter does not know."""
    pieces = shipped(letter).pieces
    return engine().from_string(NAME.sub(lambda found: pieces[found[1].strip()].source, text))


@lru_cache(maxsize=256)
def ready(letter: str, subject: str, body: str) -> tuple[Template, Template] | None:
    """Templates of an office's subject and body; None where they cannot be used any more."""
    if faults(letter, subject, body):
        return None
    return compiled(letter, subject), compiled(letter, body)


def faults(letter: str, subject: str, body: str) -> list[tuple[str, str]]:
    """What keeps a text from being used: the field, and a sentence for whoever wrote it."""
    known = shipped(letter)
    found: list[tuple[str, str]] = []
    for field, text in (("subject", subject), ("body", body)):
        names = [name.strip() for name in NAME.findall(text)]
        unknown = sorted({name for name in names if name not in known.pieces})
        if unknown:
            said = ", ".join(f"{{{name}}}" for name in unknown)[:200]
            found.append((field, f"This letter knows no {said}. Use the names below."))
        if set(NAME.sub("", text)) & set("{}"):
            found.append((field, "A brace stands alone: a name begins with { and ends with }."))
        if any(not char.isprintable() and char not in "\n\t" for char in text):
            found.append((field, "It holds a sign that cannot be shown."))
    used = {name.strip() for name in NAME.findall(body)}
    for names in known.needed.values():
        if not used & set(names):
            said = " or ".join(f"{{{name}}}" for name in names)
            why = f"Without {said} its reader would not be told what they must know: put it in."
            found.append(("body", why))
            continue
    opened = [n for n in NAME.findall(subject) if n in known.pieces and known.pieces[n].opens]
    if opened:
        found.append(("subject", "A link or code does not stand in a subject."))
    return found


def _parts(tokens: list[Token]) -> Iterator[str | Piece]:
    """Text as text, each value and each whole outer part as a piece."""
    held: list[Token] = []
    depth = 0
    for token in tokens:
        word = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        block = token.token_type == TokenType.BLOCK
        if block and word in _ENDS:
            depth += 1
        if depth:
            held.append(token)
            if block and word in _ENDS.values():
                depth -= 1
                if not depth:
                    yield _part(held)
                    held = []
        elif block:
            yield Piece(ENDING, _source(token), frozenset(), is_part=True)
        elif token.token_type == TokenType.VAR:
            yield _value(token)
        elif token.token_type == TokenType.TEXT:
            yield token.contents


def _source(token: Token) -> str:
    if token.token_type == TokenType.VAR:
        return f"{{{{ {token.contents} }}}}"
    if token.token_type == TokenType.BLOCK:
        return f"{{% {token.contents} %}}"
    return token.contents


def _value(token: Token) -> Piece:
    path, *filters = token.contents.strip().split("|")
    words = _words(path)
    for each in filters:
        if each == "length":
            words = f"number of {words}"
        elif each.startswith("pluralize"):
            words = f"ending for {words}"
    return Piece(words, _source(token), frozenset(_PATH.findall(path)))


def _words(path: str) -> str:
    """`signature.get_kind_display` as people say it: "signature kind"."""
    steps = [re.sub(r"^get_(\w+)_display$", r"\1", step) for step in path.split(".")]
    kept = [step for step in steps if step != "display_name"] or steps
    return " ".join(kept).replace("_", " ")


def _part(tokens: list[Token]) -> Piece:
    """A whole `if` or `for`, named by what it depends on."""
    said = tokens[0].contents.split(maxsplit=1)
    kind, condition = said[0], said[1] if len(said) > 1 else ""
    if kind == "for":
        condition = condition.partition(" in ")[2]
    heads = [t.contents.split(maxsplit=1)[-1] for t in tokens if t.token_type == TokenType.BLOCK]
    paths = {
        path
        for text in [
            condition,
            *heads,
            *(t.contents for t in tokens if t.token_type == TokenType.VAR),
        ]
        for path in _PATH.findall(text.partition("|")[0])
        if path not in _KEYWORDS
    }
    words = " ".join(_words(each) for each in _PATH.findall(condition) if each not in _KEYWORDS)
    turns = any(t.contents == "else" or t.contents.startswith("elif ") for t in tokens)
    name = {"for": f"list of {words}"}.get(
        kind, f"{words}, or else" if turns else f"{words}, if any"
    )
    return Piece(name, "".join(map(_source, tokens)), frozenset(paths), is_part=True)


def _put(pieces: dict[str, Piece], piece: Piece) -> Piece:
    """The piece under a name of its own; the one that is there where it is the same."""
    name, n = piece.name, 1
    while name in pieces and pieces[name].source != piece.source:
        n += 1
        name = f"{piece.name} {n}"
    return pieces.setdefault(name, Piece(name, piece.source, piece.mentions, is_part=piece.is_part))


def _inner(pieces: Mapping[str, Piece]) -> Iterator[Piece]:
    """Values within parts, which may be used by themselves; those of a list may not."""
    for piece in list(pieces.values()):
        if not piece.is_part or "{% for " in piece.source:
            continue
        for token in Lexer(piece.source).tokenize():
            if token.token_type == TokenType.VAR:
                yield _value(token)


def filled(template: Template, words: Mapping[str, object]) -> str:
    """Its text. Nothing is escaped: this is text, not HTML."""
    return template.render(Context(dict(words), autoescape=False))


def example(letter: str, text: str) -> str:
    """What a text becomes with example data. Raises KeyError as `compiled` does."""
    names = {
        path.partition(".")[0]
        for piece in shipped(letter).pieces.values()
        for path in piece.mentions
    }
    return filled(compiled(letter, text), examples.words(names))
