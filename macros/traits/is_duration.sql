{% macro is_duration(value) %}
    {#- Whether a value of yml is a duration like {days: 7} or {hours: 1, minutes: 30}. -#}
    {{ return(
        value is mapping
        and value
        and value | reject('in', ['days', 'hours', 'minutes', 'seconds']) | list == []
        and value.values() | reject('integer') | list == []
        and value.values() | min >= 0
    ) }}
{% endmacro %}
