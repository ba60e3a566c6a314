"""Errors that a person is meant to read: each says what is wrong, where, and the way out."""


class RollcallError(Exception):
    """Base of every error that Rollcall raises on purpose; printed without a traceback."""

    exit_code = 1


class SettingsError(RollcallError):
    """A flag, an environment variable, or a configuration file is wrong or missing."""

    exit_code = 2


class UnknownIdentifierError(SettingsError):
    """Nobody has the identifier that was asked for."""


class IngestError(RollcallError):
    """The ledger or an edited entry of the quarantine cannot be read; the old release stands.

    A landing file that cannot be read is no error: the run goes on, its source counts as failed.
    """

    exit_code = 3


class BuildError(RollcallError):
    """A dbt model or test failed; the old release stands."""

    exit_code = 4


class ValidationError(RollcallError):
    """A Great Expectations rule of severity error failed; the old release stands."""

    exit_code = 5


class ReleaseError(RollcallError):
    """The candidate could not be released, or a release does not match its manifest."""

    exit_code = 6


class LockedError(RollcallError):
    """Another run holds the home."""

    exit_code = 7


class HomeError(RollcallError):
    """The machine gave way: a full disk, no memory, a home that cannot be written or is held."""

    exit_code = 8
