{% macro first_then_again() -%}
    {#- Whether this moment is an `again`: a `second` that comes after the first `first`. -#}
    (
        is_second
        and count(case when is_first then 1 end) over (
            {{ trait_window('unbounded preceding and 1 preceding') }}
        ) > 0
    )
{%- endmacro %}
