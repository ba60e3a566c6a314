{% macro duration_seconds(duration) %}
    {#- Seconds of a block like {days: 7} or {hours: 1, minutes: 30}. -#}
    {%- set units = {'days': 86400, 'hours': 3600, 'minutes': 60, 'seconds': 1} -%}
    {%- set total = namespace(seconds=0) -%}
    {%- for unit, number in duration.items() -%}
        {%- set total.seconds = total.seconds + number * units[unit] -%}
    {%- endfor -%}
    {{ return(total.seconds) }}
{% endmacro %}
