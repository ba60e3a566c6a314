{% macro trait_window(frame=none) -%}
    {#- The window over the moments of one trait and customer (and product), in their order; up to
        the current one where no frame is given. -#}
    partition by trait, customer_id, same_key
    order by {{ in_moment_order() }}
    {%- if frame %}
    rows between {{ frame }}
    {%- endif %}
{%- endmacro %}
