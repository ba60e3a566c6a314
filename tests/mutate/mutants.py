"""What can be changed in one SQL text, one thing at a time.

A mutant is the text with one comparison, bound, condition, join, key or argument changed. What a
select merely names or computes stays as it is: that is a column's definition, not a rule.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"
# Round what a macro of the project writes into compiled SQL: which file a mutant comes from.
MACRO_BEGINS, MACRO_ENDS = "/*>{}*/", "/*<*/"
_MARK = re.compile(r"/\*>(?P<path>[^*]*)\*/|/\*<\*/")
_NULLS_SAID = re.compile(r"\W*(?:end\W+)*(?:asc|desc)?\W*nulls\s+(?:first|last)\b", re.IGNORECASE)
_LONGEST = 160

_COMPARED: dict[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    # Once by its bound, once to its opposite.
    exp.LT: (exp.LTE, exp.GTE),
    exp.LTE: (exp.LT, exp.GT),
    exp.GT: (exp.GTE, exp.LTE),
    exp.GTE: (exp.GT, exp.LT),
    exp.NullSafeEQ: (exp.NullSafeNEQ, exp.EQ),
    exp.NullSafeNEQ: (exp.NullSafeEQ, exp.NEQ),
}
_OPPOSITE: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.Min: exp.Max,
    exp.ArgMin: exp.ArgMax,
    exp.Least: exp.Greatest,
    exp.LogicalAnd: exp.LogicalOr,
    exp.FirstValue: exp.LastValue,
    exp.Lag: exp.Lead,
}
_OPPOSITE |= {there: here for here, there in _OPPOSITE.items()}
_UNTIED = (exp.Rank, exp.DenseRank)
_JOINS = {
    "inner": ("left",),
    "left": ("inner",),
    "right": ("inner",),
    "full": ("left", "right", "inner"),
    "semi": ("anti",),
    "anti": ("semi",),
}
# Macros that write lists from a company's configuration.
_CONFIGURED = (
    "macros/audiences/union_audiences.sql",
    "macros/settings/counts_purchases_by.sql",
    "macros/settings/namespace_of.sql",
)
_PREDICATES = (exp.In, exp.Like, exp.ILike, exp.Between, exp.Exists, exp.Is, exp.RegexpLike)


@dataclass(frozen=True)
class Mutant:
    """One change and the whole SQL that it makes."""

    # The CTE that it is in, or "result".
    place: str
    before: str
    after: str
    sql: str
    # The file of the macro that wrote the place; none where the model did.
    macro: str | None = None
    # Tells equal changes in one place apart; counted from 1, in the order of the text.
    number: int = 1

    @property
    def description(self) -> str:
        """Name the change by what it says, so that lines may move."""
        count = f" (#{self.number})" if self.number > 1 else ""
        return f"{self.place}: {self.before} -> {self.after}{count}"


@dataclass(frozen=True)
class _Change:
    """Replace `node`, or set its argument `key`, by `value`; restored after each."""

    node: exp.Expression
    value: Any
    before: str
    after: str
    key: str | None = None
    # One entry of a list is left out: no change of a rule where configuration writes the list.
    is_entry: bool = False


def _say(node: exp.Expression | str) -> str:
    """Write an expression for people: one line, lower case but for what is quoted, not too long."""
    text = node if isinstance(node, str) else node.sql(DIALECT, comments=False)
    parts = re.split(r"('(?:[^']|'')*')", text)
    text = "".join(part if part.startswith("'") else part.lower() for part in parts)
    text = re.sub(r"\bnot ([\w.]+) (is null|in \(|like |between )", _not_after, text)
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 2 :]}"
    return " ".join(text.split())


def _not_after(found: re.Match[str]) -> str:
    subject, predicate = found.groups()
    return f"{subject} is not null" if predicate == "is null" else f"{subject} not {predicate}"


def _swap(node: exp.Expression, value: exp.Expression, after: str | None = None) -> _Change:
    return _Change(node, value, _say(node), after or _say(value))


def _as(node: exp.Expression, kind: type[exp.Expression]) -> exp.Expression:
    return kind(**node.copy().args)


# --- what each kind of node can become -----------------------------------------------------------


def _comparisons(node: exp.Expression) -> Iterator[_Change]:
    for kind in _COMPARED.get(type(node), ()):
        yield _swap(node, kind(this=node.this.copy(), expression=node.expression.copy()))
    if type(node) in _COMPARED or isinstance(node, exp.Between):
        for side in ("this", "expression", "low", "high"):
            if isinstance(node.args.get(side), exp.Expression):
                yield from _bounds(node.args[side], node)


def _bounds(node: exp.Expression, whole: exp.Expression) -> Iterator[_Change]:
    """Change what a comparison compares with: numbers by one, sums by leaving a part out."""
    if isinstance(node, exp.Literal):
        for value in _neighbours(node):
            yield _within(whole, node, value)
    elif isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        if not any(isinstance(part.unnest(), exp.Interval) for part in (node.left, node.right)):
            if isinstance(node, exp.Add | exp.Sub):
                for part in (node.left, node.right):
                    yield _within(whole, node, part.copy())
            yield from _bounds(node.left, whole)
            yield from _bounds(node.right, whole)
    elif isinstance(node, exp.Paren | exp.Neg | exp.Cast):
        yield from _bounds(node.this, whole)


def _within(whole: exp.Expression, node: exp.Expression, value: exp.Expression) -> _Change:
    """Describe a change of a part by the whole that it is in."""
    before = _say(whole)
    change = _Change(node, value, before, "")
    with _made(change):
        after = _say(whole)
    return replace(change, after=after)


def _neighbours(literal: exp.Expression) -> Iterator[exp.Expression]:
    try:
        number = Decimal(str(literal.this))
    except InvalidOperation:
        return
    for other in (number - 1, number + 1):
        if literal.is_string:
            yield exp.Literal.string(str(other))
        else:
            yield exp.Literal.number(str(other))


def _between(node: exp.Expression) -> Iterator[_Change]:
    if not isinstance(node, exp.Between):
        return
    value, low, high = node.this, node.args["low"], node.args["high"]
    lows = (exp.GTE(this=value.copy(), expression=low.copy()), exp.GT)
    highs = (exp.LTE(this=value.copy(), expression=high.copy()), exp.LT)
    for kept in (lows[0], highs[0]):
        yield _swap(node, kept.copy())
    for first, second in ((lows[1], exp.LTE), (exp.GTE, highs[1])):
        both = exp.And(
            this=first(this=value.copy(), expression=low.copy()),
            expression=second(this=value.copy(), expression=high.copy()),
        )
        yield _swap(node, exp.Paren(this=both))


def _connectives(node: exp.Expression) -> Iterator[_Change]:
    """Swap and/or; take each operand away."""
    if not isinstance(node, exp.And | exp.Or):
        return
    other = exp.Or if isinstance(node, exp.And) else exp.And
    left, right = (
        exp.Paren(this=part.copy()) if isinstance(part, exp.And | exp.Or) else part.copy()
        for part in (node.left, node.right)
    )
    if not any(isinstance(part.unnest(), exp.Boolean) for part in (left, right)):
        yield _swap(node, exp.Paren(this=other(this=left, expression=right)))
    for operand in (node.left, node.right):
        # Of `a and b and c` the inner `a and b` gives up its operands itself.
        if type(operand.unnest()) is not type(node):
            yield from _without(operand, nothing=isinstance(node, exp.And))


def _without(condition: exp.Expression, *, nothing: bool) -> Iterator[_Change]:
    """Put in a condition's place what stands for no condition at all."""
    if not isinstance(condition.unnest(), exp.Boolean):
        yield _swap(condition, exp.Boolean(this=nothing))


def _clauses(node: exp.Expression) -> Iterator[_Change]:
    """Take a whole condition away: of where, having, on, filter, a case's branch."""
    if isinstance(node, exp.Where | exp.Having | exp.Qualify):
        condition = node.this
    elif isinstance(node, exp.Join):
        condition = node.args.get("on")
    elif isinstance(node, exp.If) and not _is_branch_of_simple_case(node):
        condition = node.this
        if not isinstance(condition.unnest(), exp.Boolean):
            yield _Change(
                condition, exp.Boolean(this=False), f"when {_say(condition)}", "no such branch"
            )
    else:
        return
    # An `and` loses its operands one by one.
    if condition is not None and not isinstance(condition.unnest(), exp.And):
        yield from _without(condition, nothing=True)


def _is_branch_of_simple_case(node: exp.Expression) -> bool:
    return isinstance(node.parent, exp.Case) and node.parent.this is not None


def _cases(node: exp.Expression) -> Iterator[_Change]:
    if not isinstance(node, exp.Case):
        return
    branches = node.args["ifs"]
    if node.this is not None and len(branches) > 1:
        for branch in branches:
            kept = [other for other in branches if other is not branch]
            yield _Change(
                node, kept, f"when {_say(branch.this)}", "no such branch", "ifs", is_entry=True
            )
    default = node.args.get("default")
    if default is not None and not isinstance(default, exp.Null):
        yield _Change(node, None, f"else {_say(default)}", "no else", "default")


def _predicates(node: exp.Expression) -> Iterator[_Change]:
    if isinstance(node, exp.Not):
        yield _swap(node, node.this.copy())
    elif isinstance(node, _PREDICATES) and not isinstance(node.parent, exp.Not):
        yield _swap(node, exp.Not(this=node.copy()))
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for value in node.expressions:
            kept = [other for other in node.expressions if other is not value]
            shorter = node.copy()
            shorter.set("expressions", [other.copy() for other in kept])
            yield replace(_swap(node, shorter), is_entry=True)
    if isinstance(node, exp.Like | exp.ILike) and isinstance(node.expression, exp.Literal):
        pattern = str(node.expression.this)
        for changed in {pattern.removeprefix("%"), pattern.removesuffix("%")} - {pattern}:
            yield _within(node, node.expression, exp.Literal.string(changed))


def _intervals(node: exp.Expression) -> Iterator[_Change]:
    if isinstance(node, exp.Interval) and isinstance(node.this, exp.Literal):
        for value in _neighbours(node.this):
            yield _within(node, node.this, value)


def _joins(node: exp.Expression) -> Iterator[_Change]:
    if not isinstance(node, exp.Join):
        return
    words = {str(node.args.get(part) or "").lower() for part in ("side", "kind", "method")}
    if words & {"cross", "asof", "positional"}:
        return
    now = next((word for word in _JOINS if word in words), "inner")
    for other in _JOINS[now]:
        changed = node.copy()
        changed.set("side", other.upper() if other in {"left", "right", "full"} else None)
        changed.set("kind", other.upper() if other in {"semi", "anti", "inner"} else None)
        relation = node.this.alias_or_name
        yield _Change(node, changed, f"{now} join {relation}", f"{other} join {relation}")


def _arguments(node: exp.Expression) -> Iterator[_Change]:
    """Coalesce without an argument, and with two of them changed round."""
    if not isinstance(node, exp.Coalesce):
        return
    given = [node.this, *node.expressions]
    said = [part for part in given if not isinstance(part, exp.Null)]
    for part in said:
        kept = [other.copy() for other in said if other is not part]
        if kept:
            yield _swap(node, kept[0] if len(kept) == 1 else _coalesce(kept))
    if isinstance(node.parent, exp.Is):
        return
    for at in range(len(said) - 1):
        # Before a constant nothing else would ever be taken; what is joined by is the same.
        if said[at + 1].find(exp.Column) and not _are_joined(said[at], said[at + 1]):
            turned = [*said[:at], said[at + 1], said[at], *said[at + 2 :]]
            yield _swap(node, _coalesce([other.copy() for other in turned]))


def _are_joined(left: exp.Expression, right: exp.Expression) -> bool:
    select = left.find_ancestor(exp.Select)
    conditions = (
        [join.args.get("on") for join in (select.args.get("joins") or [])] if select else []
    )
    return any(
        isinstance(part, exp.EQ) and {part.this, part.expression} == {left, right}
        for condition in conditions
        if condition is not None
        for part in (condition.flatten() if isinstance(condition, exp.And) else [condition])
    )


def _coalesce(parts: Sequence[exp.Expression]) -> exp.Expression:
    return exp.Coalesce(this=parts[0], expressions=list(parts[1:]))


def _functions(node: exp.Expression) -> Iterator[_Change]:
    if type(node) in _OPPOSITE:
        yield _swap(node, _as(node, _OPPOSITE[type(node)]))
    if isinstance(node, _UNTIED):
        yield _swap(node, exp.RowNumber())
    if isinstance(node, exp.Least | exp.Greatest):
        for part in (node.this, *node.expressions):
            if isinstance(part, exp.Literal):
                for value in _neighbours(part):
                    yield _within(node, part, value)


def _distincts(node: exp.Expression) -> Iterator[_Change]:
    if isinstance(node, exp.Select) and node.args.get("distinct"):
        yield _Change(node, None, "select distinct", "select", "distinct")
    if (
        isinstance(node, exp.Distinct)
        and isinstance(node.parent, exp.Func)
        and len(node.expressions) == 1
    ):
        yield _within(node.parent, node, node.expressions[0].copy())


def _windows(node: exp.Expression) -> Iterator[_Change]:
    if not isinstance(node, exp.Window):
        return
    yield from _keys_dropped(node, "partition_by", "partition by")
    if isinstance(node.args.get("spec"), exp.WindowSpec):
        spec = node.args["spec"]
        # The frame by default begins with the first row too.
        is_first = isinstance(node.this, exp.FirstValue) and spec.args.get("start") == "UNBOUNDED"
        if not is_first:
            yield _Change(node, None, _say(spec), "no frame", "spec")
        for edge in ("start", "end"):
            if isinstance(spec.args.get(edge), exp.Literal):
                for value in _neighbours(spec.args[edge]):
                    yield _within(spec, spec.args[edge], value)


def _orders(node: exp.Expression) -> Iterator[_Change]:
    if isinstance(node, exp.Order) and _order_decides(node):
        if len(node.expressions) > 1:
            yield from _keys_dropped(node, "expressions", "order by")
        elif isinstance(node.parent, exp.Window):
            yield _Change(node.parent, None, _say(node), "no order", "order")
        elif node.this is not None:
            yield _swap(node, node.this.copy(), "no order")
    if isinstance(node, exp.Ordered) and _order_decides(node.parent):
        word, turned = ("desc", "asc") if node.args.get("desc") else ("asc", "desc")
        key = _say(node.this)
        yield _Change(node, not node.args.get("desc"), f"{key} {word}", f"{key} {turned}", "desc")


def _order_decides(order: exp.Expression | None) -> bool:
    """Say whether an order changes rows: that of a whole query does with a limit alone."""
    query = order.parent if order is not None else None
    return not isinstance(query, exp.Query) or query.args.get("limit") is not None


def _keys_dropped(node: exp.Expression, key: str, words: str) -> Iterator[_Change]:
    keys = node.args.get(key) or []
    before = f"{words} {', '.join(map(_say, keys))}"
    for dropped in keys:
        kept = [other for other in keys if other is not dropped]
        after = f"{words} {', '.join(map(_say, kept))}" if kept else f"no {words}"
        yield _Change(node, kept, before, after, key)


def _sets(node: exp.Expression) -> Iterator[_Change]:
    if not isinstance(node, exp.SetOperation):
        return
    if isinstance(node, exp.Union):
        words = ("union", "union all") if node.args.get("distinct") else ("union all", "union")
        arm = _say(node.expression)
        kind = not node.args.get("distinct")
        yield _Change(node, kind, f"{words[0]} {arm}", words[1], "distinct", is_entry=True)
    arms = [(node.this, node.expression)]
    if isinstance(node, exp.Union) and not isinstance(node.this, exp.SetOperation):
        arms.append((node.expression, node.this))
    for kept, dropped in arms:
        change = _Change(node, kept.copy(), f"arm {_say(dropped)}", "no such arm")
        yield replace(change, is_entry=True)


_KINDS: tuple[Callable[[exp.Expression], Iterator[_Change]], ...] = (
    _comparisons,
    _between,
    _connectives,
    _clauses,
    _cases,
    _predicates,
    _intervals,
    _joins,
    _arguments,
    _functions,
    _distincts,
    _windows,
    _orders,
    _sets,
)


# --- a whole query -------------------------------------------------------------------------------


@contextmanager
def _made(change: _Change) -> Iterator[None]:
    if change.key is None:
        change.node.replace(change.value)
        try:
            yield
        finally:
            change.value.replace(change.node)
    else:
        before = change.node.args.get(change.key)
        change.node.set(change.key, change.value)
        try:
            yield
        finally:
            change.node.set(change.key, before)


class Query:
    """A parsed query in parts, so that a change of one CTE writes that CTE anew and no other."""

    def __init__(self, query: exp.Expression, text: str, ignored: str | None = None) -> None:
        """Take apart `query`, which was parsed from `text`; CTEs that begin with `ignored` go."""
        self.text = text
        with_ = query.args.get("with_")
        self.is_recursive = bool(with_ and with_.args.get("recursive"))
        ctes = list(with_.expressions) if with_ else []
        query.set("with_", None)
        if ignored:
            ctes = [cte for cte in ctes if not cte.alias.startswith(ignored)]
        # Around the last select: a node without a parent cannot be replaced.
        self._holder = exp.Subquery(this=query)
        self._parts = [*ctes, self._holder]
        self._written = [self._write(part) for part in self._parts]
        self._spans = _macro_spans(text)

    @classmethod
    def of(cls, sql: str, ignored: str | None = None) -> Query:
        """Parse a query."""
        return cls(sqlglot.parse_one(sql, dialect=DIALECT), sql, ignored)

    @property
    def sql(self) -> str:
        """The query as sqlglot writes it, nothing changed."""
        return self._joined(self._written)

    def mutants(self) -> list[Mutant]:
        """Return every mutant whose SQL differs from the query's and from that of any other."""
        seen = {self.sql}
        counts: Counter[str] = Counter()
        found = []
        for at, part in enumerate(self._parts):
            place = part.alias if isinstance(part, exp.CTE) else "result"
            for node in list(part.dfs()):
                for change in self._changes(node):
                    with _made(change):
                        sql = self._sql_with(at)
                    if sql in seen:
                        continue
                    seen.add(sql)
                    macro = self._macro_of(change.node)
                    if change.is_entry and macro in _CONFIGURED:
                        continue
                    mutant = Mutant(place, change.before, change.after, sql, macro)
                    counts[mutant.description] += 1
                    found.append(replace(mutant, number=counts[mutant.description]))
        return found

    def _changes(self, node: exp.Expression) -> list[_Change]:
        found = [change for kind in _KINDS for change in kind(node)]
        if isinstance(node, exp.Ordered) and self._says_where_nulls_go(node):
            first = bool(node.args.get("nulls_first"))
            words = ("nulls first", "nulls last") if first else ("nulls last", "nulls first")
            key = _say(node.this)
            before, after = (f"{key} {word}" for word in words)
            found.append(_Change(node, not first, before, after, "nulls_first"))
        return found

    def _says_where_nulls_go(self, node: exp.Expression) -> bool:
        """Say whether the text does; the parsed key is the same as where the default does."""
        ends = [part.meta["end"] for part in node.this.walk() if "end" in part.meta]
        return bool(ends and _NULLS_SAID.match(self.text, max(ends) + 1))

    def _sql_with(self, at: int) -> str:
        changed = self._write(self._parts[at])
        return self._joined([*self._written[:at], changed, *self._written[at + 1 :]])

    def _write(self, part: exp.Expression) -> str:
        node = part.this if part is self._holder else part
        return node.sql(DIALECT, comments=False)

    def _joined(self, written: Sequence[str]) -> str:
        if len(written) == 1:
            return written[0]
        word = "with recursive" if self.is_recursive else "with"
        return f"{word} {', '.join(written[:-1])} {written[-1]}"

    def _macro_of(self, node: exp.Expression) -> str | None:
        places = [part.meta["start"] for part in node.walk() if "start" in part.meta]
        inside = [
            (end - start, path)
            for start, end, path in self._spans
            if places and all(start < place < end for place in places)
        ]
        return min(inside)[1] if inside else None


def _macro_spans(text: str) -> list[tuple[int, int, str]]:
    spans, open_ones = [], []
    for mark in _MARK.finditer(text):
        if mark["path"] is not None:
            open_ones.append((mark.start(), mark["path"]))
        elif open_ones:
            start, path = open_ones.pop()
            spans.append((start, mark.end(), path))
    return spans
