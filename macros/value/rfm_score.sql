{% macro rfm_score(axis, value, cut_points) -%}
    {#- 1, and 1 more for each of the four cut points that the value reaches. -#}
    {%- set reaches = '<=' if axis == 'recency' else '>=' -%}
    1
    {%- for score in range(2, 6) %}
    + case
        when {{ value }} {{ reaches }} {{ cut_points }}.{{ axis }}_{{ score }}
            then 1
        else 0
    end
    {%- endfor %}
{%- endmacro %}
