{{ config(materialized='table') }}

{%- set window_seconds = setting('shared_device_window_hours') * 3600 -%}

-- Whose an event is that nobody signed in for, on a device of several people: of whoever signed in
-- nearest before, or where nobody had, nearest after.
with device_moments as (
    select * from {{ ref('int_activity__device_moments') }}
),

neighbours as (
    select
        source,
        event_id,
        anonymous_id,
        moment_at,
        customer_id,
        max(case when customer_id is not null then moment_number end) over (
            partition by anonymous_id
            order by moment_number
        ) as number_before,
        -- Of a device that nobody had signed in to, the nearest after.
        min(case when customer_id is not null then moment_number end) over (
            partition by anonymous_id
        ) as first_number
    from device_moments
),

chosen as (
    select
        source,
        event_id,
        anonymous_id,
        moment_at,
        {% if setting('shared_device_rule') == 'before_then_after' -%}
        coalesce(number_before, first_number) as sign_in_number,
        {% elif setting('shared_device_rule') == 'before' -%}
        number_before as sign_in_number,
        {% else -%}
        cast(null as bigint) as sign_in_number,
        {% endif -%}
        case when number_before is not null then 'sign_in_before' else 'sign_in_after' end
            as attributed_by
    from neighbours
    where customer_id is null
)

select
    chosen.source,
    chosen.event_id,
    chosen.attributed_by,
    sign_ins.customer_id,
    sign_ins.identifier_type,
    sign_ins.identifier_value
from chosen
inner join device_moments as sign_ins
    on
        chosen.anonymous_id = sign_ins.anonymous_id
        and chosen.sign_in_number = sign_ins.moment_number
{% if window_seconds -%}
where abs({{ seconds_between('sign_ins.moment_at', 'chosen.moment_at') }}) <= {{ window_seconds }}
{%- endif %}
