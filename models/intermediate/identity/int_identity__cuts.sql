{{ config(materialized='table') }}

-- The cuts in force: two identifiers that are not one person, or, without a second, one that
-- belongs to nobody.
with identity_cuts as (
    select * from {{ ref('int_unified__identity_cuts') }}
    where coalesce(status, '') <> 'undone'
),

phone_numbers as (
    select * from {{ ref('int_identity__phone_numbers') }}
),

normalised as (
    select
        identity_cuts.source,
        identity_cuts.cut_id,
        identity_cuts.requested_at,
        identity_cuts.left_type,
        case identity_cuts.left_type
            when 'email' then {{ normalised_identifier('email', 'identity_cuts.left_value') }}
            when 'phone' then {{ normalised_phone('left_phones', 'identity_cuts.left_value') }}
            else {{ normalised_identifier('other', 'identity_cuts.left_value') }}
        end as left_value,
        identity_cuts.right_type,
        case identity_cuts.right_type
            when 'email' then {{ normalised_identifier('email', 'identity_cuts.right_value') }}
            when 'phone' then {{ normalised_phone('right_phones', 'identity_cuts.right_value') }}
            else {{ normalised_identifier('other', 'identity_cuts.right_value') }}
        end as right_value
    from identity_cuts
    {{ phone_join('left_phones', 'identity_cuts.left_value') }}
    {{ phone_join('right_phones', 'identity_cuts.right_value') }}
)

select
    source,
    cut_id,
    requested_at,
    left_type,
    left_value,
    right_type,
    right_value
from normalised
