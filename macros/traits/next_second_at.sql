{% macro next_second_at() -%}
    {#- The time of the next moment after this one, in their order, that is a `second`. -#}
    min(case when is_second then occurred_at end) over (
        {{ trait_window('1 following and unbounded following') }}
    )
{%- endmacro %}
