"""The seeds that people tune, held against each other before anything is built.

What a column of each holds is declared in `_reference__seeds.yml`; `check_seeds` (forms.py) sees to
that first, so that a number is one here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from rollcall.errors import SettingsError
from rollcall.seeds import seed_rows

# What stands for more than one event where a goal names it as its event.
_GOAL_WORDS = ("purchase", "any_event", "feature_adoption")
# What int_activity__moments names beside events and uses of features.
OWN_MOMENTS = (
    "purchase", "product_purchased", "ticket_opened", "message_sent", "message_delivered",
    "message_opened", "message_clicked", "message_bounced", "message_complained",
    "message_unsubscribed",
)  # fmt: skip
# What stands before the name of a feature where a moment is a use of it.
FEATURE = "feature:"
# What a trait may name for all of them.
ANY_MOMENT = "any"


def known_moments(seeds: Mapping[str, Path]) -> set[str]:
    """Return every name that a moment can have.

    `seeds` holds the files in force of event_vocabulary and features. Raises SettingsError where
    the vocabulary has a name that Rollcall gives itself.
    """
    events = set()
    for line, row in seed_rows(seeds["event_vocabulary"]):
        name = row["event_name"]
        if name in (ANY_MOMENT, *OWN_MOMENTS):
            raise SettingsError(
                f"{seeds['event_vocabulary']}:{line}: event {name!r} is a name that Rollcall gives "
                "itself. Choose another, and let the source's model write that."
            )
        events.add(name)
    features = {FEATURE + row["feature"] for _, row in seed_rows(seeds["features"])}
    return {*OWN_MOMENTS} | events | features


def no_moment(name: object, seeds: Mapping[str, Path], words: Sequence[str] = OWN_MOMENTS) -> str:
    """Say that a name is no moment, and what is; `words` are those beside events and features."""
    return (
        f"{name!r} is no event of {seeds['event_vocabulary'].name}, nor {', '.join(words)} or "
        f"{FEATURE}<feature of {seeds['features'].name}>."
    )


def check_engagement_rules(seeds: Mapping[str, Path]) -> None:
    """Raise SettingsError where features, sets and states do not fit each other.

    `seeds` holds the files in force of features, event_vocabulary, engagement_feature_sets,
    engagement_state_rules and engagement_channels. The message names file, line, value and the way
    out.
    """
    features = _check_features(seeds["features"], seeds["event_vocabulary"])
    for line, row in seed_rows(seeds["engagement_feature_sets"]):
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
        if row["event_name"] not in events:
            raise SettingsError(
                f"{where}: {row['event_name']!r} is no event of {vocabulary.name}. Write one that "
                "is, or add it there with its meaning."
            )
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
        rank, low, high = (
            int(row[name]) for name in ("rank", "minimum_features", "maximum_features")
        )
        if row["engagement_state"] in ("inactive", "new"):
            raise SettingsError(f"{where}: is a name that Rollcall gives itself. Choose another.")
        if high < low:
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
    """Something is weighed."""
    if not any(float(row["weight"]) for _, row in seed_rows(path)):
        raise SettingsError(f"{path}: no channel has a weight, so no score could be told.")


def check_audience_goals(seeds: Mapping[str, Path]) -> None:
    """Raise SettingsError where a goal is met by an event that the vocabulary does not have.

    `seeds` holds the files in force of audience_goals and event_vocabulary.
    """
    path, vocabulary = seeds["audience_goals"], seeds["event_vocabulary"]
    events = {row["event_name"] for _, row in seed_rows(vocabulary)}
    for line, row in seed_rows(path):
        if row["event_name"] not in events | set(_GOAL_WORDS):
            raise SettingsError(
                f"{path}:{line}: goal {row['goal']!r}: {row['event_name']!r} is no event of "
                f"{vocabulary.name}, nor {', '.join(_GOAL_WORDS)}. Write one that is, or add it "
                "there with its meaning."
            )


def goals_of(path: Path) -> list[str]:
    """Return the goals that an audience may name, in the order of the file, each once."""
    return list(dict.fromkeys(row["goal"] for _, row in seed_rows(path)))


def check_risk_indicators(seeds: Mapping[str, Path]) -> None:
    """Raise SettingsError where an indicator of risk could never be told, or is told by nothing.

    `seeds` holds the files in force of risk_indicators, risk_moments, event_vocabulary and
    features.
    """
    path, moments = seeds["risk_indicators"], seeds["risk_moments"]
    indicators: dict[str, bool] = {}
    for line, row in seed_rows(path):
        where = f"{path}:{line}: indicator {row['indicator']!r}"
        if bool(row["from_hour"]) != bool(row["to_hour"]) or (
            row["from_hour"] and int(row["from_hour"]) == int(row["to_hour"])
        ):
            raise SettingsError(
                f"{where}: from_hour {row['from_hour']!r}, to_hour {row['to_hour']!r}. Write two "
                "that differ, or neither."
            )
        indicators[row["indicator"]] = bool(row["within_minutes"])
    roles = _check_risk_moments(seeds)
    for indicator, has_trigger in indicators.items():
        wanted = {"counted", "trigger"} if has_trigger else {"counted"}
        if roles.get(indicator, set()) != wanted:
            raise SettingsError(
                f"{moments}: indicator {indicator!r} has rows of role "
                f"{', '.join(sorted(roles.get(indicator, set()))) or '(none)'}. It needs counted, "
                f"and trigger just where {path.name} gives it within_minutes."
            )


def _check_risk_moments(seeds: Mapping[str, Path]) -> dict[str, set[str]]:
    """Return the roles that each indicator has moments for."""
    path = seeds["risk_moments"]
    known = known_moments(seeds)
    roles: dict[str, set[str]] = {}
    seen: dict[tuple[str, str, str], set[str]] = {}
    for line, row in seed_rows(path):
        where = f"{path}:{line}: indicator {row['indicator']!r}"
        if row["moment"] not in known:
            raise SettingsError(
                f"{where}: {no_moment(row['moment'], seeds)} Write one that is, or add it there "
                "with its meaning."
            )
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
    """Raise SettingsError where RFM's segments or cut points, or cohorts, do not fit.

    `seeds` holds the files in force of rfm_segments, rfm_cut_points and cohort_definitions. The
    message names file, line, value and the way out.
    """
    _check_segments(seeds["rfm_segments"])
    _check_cut_points(seeds["rfm_cut_points"])
    _check_cohorts(seeds["cohort_definitions"])


def _check_segments(path: Path) -> None:
    """Every pair of a recency and a frequency score is in exactly one segment."""
    cells: dict[tuple[int, int], int] = {}
    for line, row in seed_rows(path):
        where = f"{path}:{line}: segment {row['rfm_segment']!r}"
        if row["rfm_segment"] == "unscored":
            raise SettingsError(f"{where}: is a name that Rollcall gives itself. Choose another.")
        cell = (int(row["recency_score"]), int(row["frequency_score"]))
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
        score, value = int(row["score"]), Decimal(row["cut_value"])
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


def _check_cohorts(path: Path) -> None:
    """What divides the members of a cohort is something that entering it tells."""
    for line, row in seed_rows(path):
        if row["grouped_by"] == "entry" and row["entered_by"] == "first_activity":
            raise SettingsError(
                f"{path}:{line}: cohort type {row['cohort_type']!r}: a first activity has no group "
                "of its own. Leave grouped_by empty, or write what customers are grouped by, like "
                "country."
            )


def check_content_fields(path: Path, shipped: Path) -> None:
    """Raise SettingsError where a field that messages show has no fallback, or there is no such.

    `path` is the file in force, `shipped` the project's own, which has every field.
    """
    fields = {row["field"] for _, row in seed_rows(shipped)}
    told = set()
    for line, row in seed_rows(path):
        where = f"{path}:{line}: field {row['field']!r}"
        if row["field"] not in fields:
            raise SettingsError(f"{where}: is unknown. Known: {', '.join(sorted(fields))}.")
        told.add(row["field"])
    for field in sorted(fields - told):
        raise SettingsError(
            f"{path}: field {field!r} has no fallback. Add a line: {field},<fallback>,<meaning>."
        )
