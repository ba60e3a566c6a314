{% macro duration_seconds(duration) %}
    {#- Seconds of a block like {days: 7} or {hours: 1, minutes: 30}. -#}
    {%- set units = {'days': 86400, 'hours': 3600, 'minutes': 60, 'seconds': 1} -%}
    {%- set total = namespace(seconds=0) -%}
    {%- for unit, number in duration.items() -%}
        {%- if unit not in units or number is not integer or number < 0 -%}
            {%- do exceptions.raise_compiler_error(
                'customer_360: a duration says days, hours, minutes or seconds in whole numbers, '
                ~ 'like {days: 7}; not ' ~ duration ~ '.'
            ) -%}
        {%- endif -%}
        {%- set total.seconds = total.seconds + number * units[unit] -%}
    {%- endfor -%}
    {{ return(total.seconds) }}
{% endmacro %}
