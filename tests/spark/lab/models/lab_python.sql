{{ config(enabled=target.type == 'spark') }}

-- A function that Python registered on the session, in dbt's SQL.
select
    number,
    lab_reversed(text) as reversed
from {{ source('lab', 'texts') }}
