{{ config(enabled=source_is_on('preference_centre')) }}

{%- set own_types = "('user_id', 'loyalty_id', 'anonymous_id')" %}

with identity_cuts as (
    select * from {{ ref('stg_preference_centre__identity_cuts') }}
)

select
    cut_id,
    requested_at,
    left_type,
    case
        when left_type in {{ own_types }} then {{ in_own_namespace('left_value') }}
        else left_value
    end as left_value,
    right_type,
    case
        when right_type in {{ own_types }} then {{ in_own_namespace('right_value') }}
        else right_value
    end as right_value,
    status,
    requested_at as updated_at
from identity_cuts
