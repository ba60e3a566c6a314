{% macro amount_per(amount, divisor) -%}
    {{ return(adapter.dispatch('amount_per')(amount, divisor)) }}
{%- endmacro %}

{# DuckDB divides decimals as doubles, Spark as decimals: half a digit would be rounded unlike. #}
{% macro default__amount_per(amount, divisor) -%}
    cast(
        cast(round(cast({{ amount }} as double) / nullif({{ divisor }}, 0) * 10000) as decimal(22, 0))
        / 10000
        as decimal(18, 4)
    )
{%- endmacro %}

{% macro duckdb__amount_per(amount, divisor) -%}
    cast({{ amount }} / nullif({{ divisor }}, 0) as decimal(18, 4))
{%- endmacro %}
