{% macro run_settings() %}
    {{ return({
        'as_of': '2026-01-31 00:00:00.000000',
        'sources': {},
        'seed_files': {'lab_rules': env_var('ROLLCALL_HOME') ~ '/own/lab_rules.csv'},
        'vars': {}
    }) }}
{% endmacro %}
