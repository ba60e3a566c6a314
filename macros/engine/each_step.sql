{% macro each_step(from_time, to_time, step) -%}
    {{ return(adapter.dispatch('each_step')(from_time, to_time, step)) }}
{%- endmacro %}

{# One row per time from the first to the last, both included, `step` (7 day, 1 month) apart. #}
{% macro default__each_step(from_time, to_time, step) -%}
    explode(sequence({{ from_time }}, {{ to_time }}, interval {{ step }}))
{%- endmacro %}

{% macro duckdb__each_step(from_time, to_time, step) -%}
    unnest(generate_series({{ from_time }}, {{ to_time }}, interval {{ step }}))
{%- endmacro %}
