{% macro months_between(from_month, to_month) -%}
    {#- Whole months from one first-of-month date to another. -#}
    cast(
        (extract(year from {{ to_month }}) - extract(year from {{ from_month }})) * 12
        + extract(month from {{ to_month }}) - extract(month from {{ from_month }})
        as bigint
    )
{%- endmacro %}
