-- Whom each audience's own predicate finds, whatever keeps them out of it.
{{ union_audiences() }}
