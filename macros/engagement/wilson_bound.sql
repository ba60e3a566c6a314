{% macro wilson_bound(rate, sample_size, sign) -%}
    {#-
        One end of the 95 % score interval of a share (Wilson): sign is '-' for the lower one and '+'
        for the upper one. The sample size need not be whole.
    -#}
    {%- set z = 1.959964 -%}
    (
        {{ rate }} + {{ z * z / 2 }} / {{ sample_size }}
        {{ sign }} {{ z }} * sqrt(
            ({{ rate }} * (1 - {{ rate }}) + {{ z * z / 4 }} / {{ sample_size }}) / {{ sample_size }}
        )
    ) / (1 + {{ z * z }} / {{ sample_size }})
{%- endmacro %}
