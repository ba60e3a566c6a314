{% macro trait_aggregate(trait) -%}
    {#- The aggregate over a customer's moments that a trait of a plain measure stands for. -#}
    {%- set meant = is_moment(trait.of, trait.where) -%}
    {%- set chosen = meant ~ ' and ' ~ in_trait_window(trait.window) -%}
    {%- if trait.measure == 'count' -%}
        count(*) filter (where {{ chosen }})
    {%- elif trait.measure == 'sum' -%}
        cast(sum(value_amount) filter (where {{ chosen }}) as decimal(18, 4))
    {%- elif trait.measure == 'distinct' -%}
        count(distinct {{ told_apart_by(trait.by) }}) filter (where {{ chosen }})
    {%- elif trait.measure == 'days_since' -%}
        cast(floor(
            {{ seconds_between('max(occurred_at) filter (where ' ~ chosen ~ ')', as_of()) }} / 86400
        ) as bigint)
    {%- elif trait.measure == 'share' -%}
        {{ rounded(
            'count(*) filter (where ' ~ chosen ~ ') / cast(nullif(count(*) filter (where '
            ~ is_moment(trait.among) ~ ' and ' ~ in_trait_window(trait.window)
            ~ '), 0) as double)', 6
        ) }}
    {%- elif trait.value is not defined -%}
        {{ 'min' if trait.measure == 'first' else 'max' }}(occurred_at) filter (where {{ chosen }})
    {%- else -%}
        {%- set value = moment_value(trait.value) -%}
        {{ 'min_by' if trait.measure == 'first' else 'max_by' }}({{ value }}, {{ moment_key() }})
            filter (where {{ chosen }} and {{ value }} is not null)
    {%- endif -%}
{%- endmacro %}
