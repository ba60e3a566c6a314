{% macro source_is_on(name) %}
    {{ return(name in run_settings().sources) }}
{% endmacro %}
