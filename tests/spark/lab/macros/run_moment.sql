{% macro run_moment() %}
    {{ return({'as_of': '2026-01-31 00:00:00.000000'}) }}
{% endmacro %}
