"""The seeds that people tune, held against each other before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from math import inf
from pathlib import Path

from rollcall.errors import SettingsError
from rollcall.seeds import seed_rows
from rollcall.variables import SNAKE_CASE

_GROUPS = (
    "acquisition_channel",
    "country",
    "language",
    "device_os",
    "onboarding_intent",
    "onboarding_use_case",
)
_COHORTS = {
    "entered_by": ("first_order", "first_activity", "first_feature", "state_reached"),
    "grouped_by": ("", "entry", *_GROUPS),
    "period_grain": ("day", "week", "month", "quarter"),
    "comes_back_by": ("order", "activity", "feature"),
}
_CHANNELS = ("web", "app", "store", "email", "push", "sms", "in_app", "other")
# What stands for more than one event where a goal names it as its event.
_GOAL_WORDS = ("purchase", "any_event", "feature_adoption")
# What int_activity__moments names beside events and uses of features.
OWN_MOMENTS = (
    "purchase", "product_purchased", "ticket_opened", "message_sent", "message_delivered",
    "message_opened", "message_clicked", "message_bounced", "message_complained",
    "message_unsubscribed",
)  # fmt: skip


def _check_name(name: str, where: str) -> None:
    if not SNAKE_CASE.fullmatch(name):
        raise SettingsError(f"{where}: write the name in lower snake_case, like price_alerts.")


def check_engagement_rules(seeds: Mapping[str, Path]) -> None:
    """Raise SettingsError where features, sets and states do not fit each other.

    `seeds` holds the files in force of features, event_vocabulary, engagement_feature_sets,
    engagement_state_rules and engagement_channels. The message names file, line, value and the way
    out.
    """
    features = _check_features(seeds["features"], seeds["event_vocabulary"])
    for line, row in seed_rows(seeds["engagement_feature_sets"]):
        _check_name(row["flag"], f"{seeds['engagement_feature_sets']}:{line}: flag {row['flag']!r}")
        if features.get(row["feature"]) != "usage":
            raise SettingsError(
                f"{seeds['engagement_feature_sets']}:{line}: flag {row['flag']!r} asks for "
                f"{row['feature']!r}, which {seeds['features'].name} does not have as a feature of "
                "kind usage. Add it there, or take it from the set."
            )
    _check_states(seeds["engagement_state_rules"], list(features.values()).count("usage"))
    _check_channels(seeds["engagement_channels"])


def _check_features(path: Path, vocabulary: Path) -> dict[str, str]:
    """Return the kind of each feature."""
    events = {row["event_name"] for _, row in seed_rows(vocabulary)}
    kinds: dict[str, str] = {}
    for line, row in seed_rows(path):
        where = f"{path}:{line}: feature {row['feature']!r}"
        _check_name(row["feature"], where)
        if row["event_name"] not in events:
            raise SettingsError(
                f"{where}: {row['event_name']!r} is no event of {vocabulary.name}. Write one that "
                "is, or add it there with its meaning."
            )
        if row["kind"] not in ("usage", "setup"):
            raise SettingsError(f"{where}: kind is {row['kind']!r}. Write usage or setup.")
        if kinds.setdefault(row["feature"], row["kind"]) != row["kind"]:
            raise SettingsError(f"{where}: is usage in one line and setup in another. Choose one.")
        if row["value"] and not row["property"]:
            raise SettingsError(f"{where}: value {row['value']!r} is of no property. Name one.")
    return kinds


def _check_states(path: Path, feature_count: int) -> None:
    """Ranked, the states follow each other from one feature to all, without gap or overlap."""
    states = []
    for line, row in seed_rows(path):
        where = f"{path}:{line}: state {row['engagement_state']!r}"
        _check_name(row["engagement_state"], where)
        try:
            rank, low, high = (
                int(row[name]) for name in ("rank", "minimum_features", "maximum_features")
            )
        except ValueError:
            raise SettingsError(
                f"{where}: rank, minimum_features and maximum_features are whole numbers."
            ) from None
        if row["engagement_state"] in ("inactive", "new"):
            raise SettingsError(f"{where}: is a name that Rollcall gives itself. Choose another.")
        if low < 1 or high < low:
            raise SettingsError(
                f"{where}: {low} to {high} features is no range. The least is 1 to 1."
            )
        states.append((rank, low, high, where))
    before = 0
    for _, low, high, where in sorted(states):
        if low != before + 1:
            fault = "overlaps the state ranked before it" if low <= before else "leaves a gap"
            raise SettingsError(
                f"{where}: begins at {low} features and {fault}. Begin at {before + 1}."
            )
        before = high
    if before < feature_count:
        raise SettingsError(
            f"{path}: who uses more than {before} of the {feature_count} features is in no state. "
            f"Let the last one end at {feature_count}."
        )


def _check_channels(path: Path) -> None:
    """Every channel is one that the score has a column for, and something is weighed."""
    weights = []
    for line, row in seed_rows(path):
        where = f"{path}:{line}: channel {row['channel']!r}"
        if row["channel"] not in _CHANNELS:
            raise SettingsError(f"{where}: is unknown. Known: {', '.join(_CHANNELS)}.")
        try:
            weight, half_life = (float(row[name]) for name in ("weight", "half_life_days"))
        except ValueError:
            raise SettingsError(f"{where}: weight and half_life_days are numbers.") from None
        if not (0 <= weight < inf and 0 < half_life < inf):
            raise SettingsError(
                f"{where}: weight {row['weight']}, half-life {row['half_life_days']}. A weight is "
                "not negative, a half-life longer than 0 days."
            )
        weights.append(weight)
    if not any(weights):
        raise SettingsError(f"{path}: no channel has a weight, so no score could be told.")


def check_audience_goals(seeds: Mapping[str, Path]) -> None:
    """Raise SettingsError where a goal is met by an event that the vocabulary does not have.

    `seeds` holds the files in force of audience_goals and event_vocabulary.
    """
    path, vocabulary = seeds["audience_goals"], seeds["event_vocabulary"]
    events = {row["event_name"] for _, row in seed_rows(vocabulary)}
    seen = set()
    for line, row in seed_rows(path):
        where = f"{path}:{line}: goal {row['goal']!r}"
        _check_name(row["goal"], where)
        if row["event_name"] not in events | set(_GOAL_WORDS):
            raise SettingsError(
                f"{where}: {row['event_name']!r} is no event of {vocabulary.name}, nor "
                f"{', '.join(_GOAL_WORDS)}. Write one that is, or add it there with its meaning."
            )
        if (row["goal"], row["event_name"]) in seen:
            raise SettingsError(f"{where}: {row['event_name']!r} is there twice. Take one out.")
        seen.add((row["goal"], row["event_name"]))


def goals_of(path: Path) -> list[str]:
    """Return the goals that an audience may name, in the order of the file, each once."""
    return list(dict.fromkeys(row["goal"] for _, row in seed_rows(path)))


def check_risk_indicators(seeds: Mapping[str, Path]) -> None:
    """Raise SettingsError where an indicator of risk could never be told, or is told by nothing.

    `seeds` holds the files in force of risk_indicators, risk_moments and event_vocabulary.
    """
    path, moments = seeds["risk_indicators"], seeds["risk_moments"]
    indicators: dict[str, bool] = {}
    for line, row in seed_rows(path):
        where = f"{path}:{line}: indicator {row['indicator']!r}"
        _check_name(row["indicator"], where)
        if row["indicator"] in indicators:
            raise SettingsError(f"{where}: is there twice. Take one out.")
        _check_bounds(row, where)
        if not row["proposed_action"]:
            raise SettingsError(f"{where}: proposed_action is empty. Say what a human should do.")
        indicators[row["indicator"]] = bool(row["within_minutes"])
    roles = _check_risk_moments(moments, indicators, seeds["event_vocabulary"])
    for indicator, has_trigger in indicators.items():
        wanted = {"counted", "trigger"} if has_trigger else {"counted"}
        if roles.get(indicator, set()) != wanted:
            raise SettingsError(
                f"{moments}: indicator {indicator!r} has rows of role "
                f"{', '.join(sorted(roles.get(indicator, set()))) or '(none)'}. It needs counted, "
                f"and trigger just where {path.name} gives it within_minutes."
            )


def _number(row: Mapping[str, str], name: str, low: float, high: float, where: str) -> float | None:
    """Return a whole number of a range, none where it is blank."""
    text = row[name]
    if not text:
        return None
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingsError(
            f"{where}: {name} is {text!r}. Write a whole number of at least {low:g}"
            + (f" and at most {high:g}." if high < inf else ".")
        )
    return int(text)


def _check_bounds(row: Mapping[str, str], where: str) -> None:
    for name in ("window_days", "minimum_count", "in_force_days"):
        if _number(row, name, 1, inf, where) is None:
            raise SettingsError(f"{where}: {name} is empty. Write a whole number of at least 1.")
    _number(row, "within_minutes", 1, inf, where)
    begin, end = (_number(row, name, 0, 23, where) for name in ("from_hour", "to_hour"))
    if (begin is None) != (end is None) or (begin is not None and begin == end):
        raise SettingsError(
            f"{where}: from_hour {row['from_hour']!r}, to_hour {row['to_hour']!r}. Write two that "
            "differ, or neither."
        )
    try:
        factor = float(row["minimum_factor"] or 1)
    except ValueError:
        factor = 0
    if not 0 < factor < inf:
        raise SettingsError(
            f"{where}: minimum_factor is {row['minimum_factor']!r}. Write a number above 0."
        )


def _check_risk_moments(
    path: Path, indicators: Mapping[str, bool], vocabulary: Path
) -> dict[str, set[str]]:
    """Return the roles that each indicator has moments for."""
    known = {row["event_name"] for _, row in seed_rows(vocabulary)} | set(OWN_MOMENTS)
    roles: dict[str, set[str]] = {}
    seen: dict[tuple[str, str, str], set[str]] = {}
    for line, row in seed_rows(path):
        where = f"{path}:{line}: indicator {row['indicator']!r}"
        if row["indicator"] not in indicators:
            raise SettingsError(f"{where}: is no indicator of risk_indicators. Add it there.")
        if row["role"] not in ("counted", "trigger"):
            raise SettingsError(f"{where}: role is {row['role']!r}. Write counted or trigger.")
        if row["moment"] not in known and not row["moment"].startswith("feature:"):
            raise SettingsError(
                f"{where}: {row['moment']!r} is no event of {vocabulary.name}, nor "
                f"{', '.join(OWN_MOMENTS)} or feature:<feature>."
            )
        try:
            float(row["value_below"] or 0)
        except ValueError:
            raise SettingsError(
                f"{where}: value_below is {row['value_below']!r}. Write a number, or nothing."
            ) from None
        # Two rows that one moment meets would count it twice.
        categories = seen.setdefault((row["indicator"], row["role"], row["moment"]), set())
        if row["category"] in categories or (categories and "" in categories | {row["category"]}):
            raise SettingsError(
                f"{where}: {row['moment']!r} is there twice. Let each row name a category of its "
                "own, or keep one row."
            )
        categories.add(row["category"])
        roles.setdefault(row["indicator"], set()).add(row["role"])
    return roles


def check_value_rules(seeds: Mapping[str, Path]) -> None:
    """Raise SettingsError where RFM's segments or cut points, bands or cohorts do not fit.

    `seeds` holds the files in force of rfm_segments, rfm_cut_points, order_value_bands and
    cohort_definitions. The message names file, line, value and the way out.
    """
    _check_segments(seeds["rfm_segments"])
    _check_cut_points(seeds["rfm_cut_points"])
    _check_bands(seeds["order_value_bands"])
    _check_cohorts(seeds["cohort_definitions"])


def _score(row: dict[str, str], name: str, least: int, where: str) -> int:
    known = [str(score) for score in range(least, 6)]
    if row[name] not in known:
        raise SettingsError(f"{where}: {name} is {row[name]!r}. Write {', '.join(known)}.")
    return int(row[name])


def _amount(row: dict[str, str], name: str, where: str) -> Decimal:
    try:
        value = Decimal(row[name])
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite():
        raise SettingsError(f"{where}: {name} {row[name]!r} is no number. Write one, like 99.5.")
    return value


def _check_segments(path: Path) -> None:
    """Every pair of a recency and a frequency score is in exactly one segment."""
    cells: dict[tuple[int, int], int] = {}
    for line, row in seed_rows(path):
        where = f"{path}:{line}: segment {row['rfm_segment']!r}"
        _check_name(row["rfm_segment"], where)
        if row["rfm_segment"] == "unscored":
            raise SettingsError(f"{where}: is a name that Rollcall gives itself. Choose another.")
        cell = (
            _score(row, "recency_score", 1, where),
            _score(row, "frequency_score", 1, where),
        )
        if cell in cells:
            raise SettingsError(
                f"{where}: recency {cell[0]}, frequency {cell[1]} is in line {cells[cell]} "
                "already. Keep one of the two."
            )
        cells[cell] = line
    for recency in range(1, 6):
        for frequency in range(1, 6):
            if (recency, frequency) not in cells:
                raise SettingsError(
                    f"{path}: recency {recency}, frequency {frequency} is in no segment. Add a "
                    f"line: {recency},{frequency},<segment>."
                )


def _check_cut_points(path: Path) -> None:
    """Each axis has a cut for each score of 2 to 5, each harder to reach than the one before."""
    cuts: dict[str, dict[int, tuple[Decimal, str]]] = {
        "recency": {},
        "frequency": {},
        "monetary": {},
    }
    for line, row in seed_rows(path):
        where = f"{path}:{line}: axis {row['axis']!r}"
        if row["axis"] not in cuts:
            raise SettingsError(f"{where}: is unknown. Known: {', '.join(cuts)}.")
        score = _score(row, "score", 2, where)
        value = _amount(row, "cut_value", where)
        if score in cuts[row["axis"]]:
            raise SettingsError(f"{where}: score {score} has a cut already. Keep one.")
        cuts[row["axis"]][score] = (value, f"{where}: score {score}")
    for axis, by_score in cuts.items():
        for score in range(2, 6):
            if score not in by_score:
                raise SettingsError(
                    f"{path}: axis {axis!r} has no cut for score {score}. Add a line: "
                    f"{axis},{score},<value>."
                )
        for score in range(3, 6):
            (before, _), (value, where) = by_score[score - 1], by_score[score]
            if not (value < before if axis == "recency" else value > before):
                wanted = "less" if axis == "recency" else "more"
                raise SettingsError(
                    f"{where}: {value} is not {wanted} than the {before} of score {score - 1}. "
                    "A better score takes fewer days, or more of the others."
                )


def _check_bands(path: Path) -> None:
    """A band begins where no other does, so that an amount is in one."""
    names: set[str] = set()
    begins: dict[Decimal, str] = {}
    for line, row in seed_rows(path):
        where = f"{path}:{line}: band {row['order_value_band']!r}"
        _check_name(row["order_value_band"], where)
        amount = _amount(row, "minimum_amount", where)
        if row["order_value_band"] in names:
            raise SettingsError(f"{where}: is there twice. Give each band a name of its own.")
        if amount in begins:
            raise SettingsError(
                f"{where}: begins at {amount}, as {begins[amount]!r} does. Keep one."
            )
        names.add(row["order_value_band"])
        begins[amount] = row["order_value_band"]


def _check_cohorts(path: Path) -> None:
    """Each type of cohort is there once and made of what the models know."""
    lines: dict[str, int] = {}
    for line, row in seed_rows(path):
        where = f"{path}:{line}: cohort type {row['cohort_type']!r}"
        _check_name(row["cohort_type"], where)
        if row["cohort_type"] in lines:
            raise SettingsError(
                f"{where}: is in line {lines[row['cohort_type']]} already. Choose another name."
            )
        lines[row["cohort_type"]] = line
        for name, known in _COHORTS.items():
            if row[name] not in known:
                raise SettingsError(
                    f"{where}: {name} {row[name]!r} is unknown. "
                    f"Known: {', '.join(value or '(empty)' for value in known)}."
                )
        if row["grouped_by"] == "entry" and row["entered_by"] == "first_activity":
            raise SettingsError(
                f"{where}: a first activity has no group of its own. Leave grouped_by empty, or "
                f"write one of {', '.join(_GROUPS)}."
            )
        if not row["last_period_number"].isdecimal() or int(row["last_period_number"]) < 1:
            raise SettingsError(
                f"{where}: last_period_number {row['last_period_number']!r} is no whole number of "
                "1 or more."
            )
        if not row["description"]:
            raise SettingsError(f"{where}: has no description. Say what makes a member.")


def check_content_fields(path: Path, shipped: Path) -> None:
    """Raise SettingsError where a field that messages show would be blank.

    `path` is the file in force, `shipped` the project's own, which has every field.
    """
    fields = {row["field"] for _, row in seed_rows(shipped)}
    told = set()
    for line, row in seed_rows(path):
        where = f"{path}:{line}: field {row['field']!r}"
        if row["field"] not in fields:
            raise SettingsError(f"{where}: is unknown. Known: {', '.join(sorted(fields))}.")
        if row["field"] in told:
            raise SettingsError(f"{where}: is there twice. Take one out.")
        if not row["fallback"]:
            raise SettingsError(
                f"{where}: fallback is empty. Write what a message shows where nothing is known."
            )
        told.add(row["field"])
    for field in sorted(fields - told):
        raise SettingsError(
            f"{path}: field {field!r} has no fallback. Add a line: {field},<fallback>,<meaning>."
        )
