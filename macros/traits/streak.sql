{% macro streak(is_kept) -%}
    {#- The number of the streak that a moment belongs to: how many broke it up to this one. -#}
    sum(case when {{ is_kept }} then 0 else 1 end) over ({{ trait_window() }})
{%- endmacro %}
